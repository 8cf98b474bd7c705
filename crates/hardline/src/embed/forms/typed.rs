use super::error::EmbedError;

/// One of the forms that a struct with a member `type` has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TypedForm {
    /// What `type` is.
    pub(crate) name: &'static str,
    /// The members that are always there, besides `type`.
    pub(crate) required: &'static [&'static str],
    /// Those that may be there.
    pub(crate) optional: &'static [&'static str],
}

impl TypedForm {
    pub(crate) const fn new(name: &'static str, required: &'static [&'static str]) -> Self {
        Self {
            name,
            required,
            optional: &[],
        }
    }

    pub(crate) const fn or(self, optional: &'static [&'static str]) -> Self {
        Self { optional, ..self }
    }

    /// Whether it has this member.
    pub(crate) fn has(&self, member: &str) -> bool {
        self.needs(member) || self.optional.contains(&member)
    }

    /// Whether it always has this member.
    pub(crate) fn needs(&self, member: &str) -> bool {
        member == "type" || self.required.contains(&member)
    }

    /// Finds the form with this name, and holds the members that were given to it.
    ///
    /// # Errors
    /// [`EmbedError`] if there is none, or if members are missing or of another form.
    pub(crate) fn check<'a>(
        forms: &'static [Self],
        what: &str,
        name: &str,
        given: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(), EmbedError> {
        let Some(form) = forms.iter().find(|form| form.name == name) else {
            let names: Vec<_> = forms.iter().map(|form| form.name).collect();
            let names = names.join(", ");
            return Err(EmbedError::usage(format_args!(
                "{what} has a type that there is not: use one of {names}"
            )));
        };
        if let Some(member) = given.clone().find(|member| !form.has(member)) {
            return Err(EmbedError::usage(format_args!(
                "{what} of type {name} has no member {member}"
            )));
        }
        let is_missing = |member: &&&str| !given.clone().any(|name| name == **member);
        match form.required.iter().find(is_missing) {
            Some(member) => Err(EmbedError::usage(format_args!(
                "{what} of type {name} lacks {member}"
            ))),
            None => Ok(()),
        }
    }
}
