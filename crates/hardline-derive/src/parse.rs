//! Items as far as they have a JSON form.

mod attributes;
mod tokens;

use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::refusal::Refusal;
use attributes::Attribute;
use tokens::Tokens;

/// The derive that is asked for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Word {
    Request,
    Response,
    Wire,
    Persist,
    Shaped,
}

pub(crate) struct Item {
    pub(crate) name: Ident,
    pub(crate) generics: Vec<Generic>,
    pub(crate) is_strict: bool,
    pub(crate) data: Data,
}

/// A parameter of type.
pub(crate) struct Generic {
    pub(crate) name: Ident,
    pub(crate) bounds: TokenStream,
}

pub(crate) enum Data {
    Struct(Vec<Field>),
    /// With the type that it wraps.
    Newtype(TokenStream),
    Enum(Vec<Variant>),
}

pub(crate) struct Field {
    pub(crate) name: Ident,
    /// The name on the wire, as a literal of Rust.
    pub(crate) wire_name: String,
    pub(crate) ty: TokenStream,
    pub(crate) presence: Presence,
    pub(crate) shape: FieldShape,
}

/// What its JSON looks like.
pub(crate) enum FieldShape {
    /// What its type says.
    OfType,
    /// Text that matches a regular expression, a literal of Rust.
    Like(String),
    True,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Presence {
    Required,
    /// An `Option`.
    Optional,
    Default,
    /// It is neither written nor read.
    Skipped,
    /// All members that are no fields: a `JsonObject`.
    Others,
}

pub(crate) struct Variant {
    pub(crate) name: Ident,
    pub(crate) content: Content,
}

pub(crate) enum Content {
    Unit,
    /// With the number of its values.
    Tuple(usize),
    Struct(Vec<Field>),
}

impl Item {
    pub(crate) fn parse(item: TokenStream, word: Word) -> Result<Self, Refusal> {
        let mut tokens = Tokens::new(item, Span::call_site());
        let attributes = Attribute::all(&mut tokens)?;
        skip_visibility(&mut tokens);
        let kind = tokens.ident()?;
        let name = tokens.ident()?;
        let generics = generics(&mut tokens, word)?;
        without_where(&mut tokens)?;
        let data = match kind.to_string().as_str() {
            "struct" => struct_data(&mut tokens, &name, word)?,
            "enum" if word == Word::Persist => Data::Enum(variants(&mut tokens, word)?),
            "enum" => {
                let message = "only `Persist` knows enumerations: write the impls by hand";
                return Err(Refusal::new(kind.span(), message));
            }
            _ => {
                let message = "a union has no JSON form: write a struct";
                return Err(Refusal::new(kind.span(), message));
            }
        };
        without_where(&mut tokens)?;
        let mut is_strict = false;
        for attribute in attributes {
            match (attribute.name.as_str(), &attribute.value, &data) {
                ("serde(transparent)", None, Data::Newtype(_)) => {}
                ("hardline(strict)", None, Data::Struct(_)) => is_strict = true,
                _ => return Err(attribute.unknown("here")),
            }
        }
        Ok(Self {
            name,
            generics,
            is_strict,
            data,
        })
    }
}

fn skip_visibility(tokens: &mut Tokens) {
    if !tokens.eat_word("pub") {
        return;
    }
    // In a newtype, what follows `pub` may be a tuple.
    if let Some(TokenTree::Group(group)) = tokens.peek()
        && group.delimiter() == Delimiter::Parenthesis
        && let Some(TokenTree::Ident(first)) = Tokens::inside(group).peek()
        && ["crate", "self", "super", "in"].contains(&first.to_string().as_str())
    {
        tokens.next();
    }
}

fn generics(tokens: &mut Tokens, word: Word) -> Result<Vec<Generic>, Refusal> {
    let place = tokens.place();
    let mut generics = vec![];
    if !tokens.eat('<') {
        return Ok(generics);
    }
    if word != Word::Persist {
        let message = "only `Persist` knows generics: write a type for each, or the impls by hand";
        return Err(Refusal::new(place, message));
    }
    while !tokens.eat('>') {
        let place = tokens.place();
        let name = match tokens.next() {
            Some(TokenTree::Ident(name)) if name.to_string() != "const" => name,
            _ => {
                let message = "a saved state has only parameters of type: write the impls by hand";
                return Err(Refusal::new(place, message));
            }
        };
        tokens.eat(':');
        let bounds = tokens.until(&[',', '>', '=']);
        if tokens.eat('=') {
            return Err(Refusal::new(place, "remove the default of this parameter"));
        }
        tokens.eat(',');
        generics.push(Generic { name, bounds });
    }
    Ok(generics)
}

fn without_where(tokens: &mut Tokens) -> Result<(), Refusal> {
    let place = tokens.place();
    if tokens.eat_word("where") {
        let message = "write the bounds where the parameters are declared";
        return Err(Refusal::new(place, message));
    }
    Ok(())
}

fn struct_data(tokens: &mut Tokens, name: &Ident, word: Word) -> Result<Data, Refusal> {
    if let Some(body) = tokens.eat_group(Delimiter::Brace) {
        return Ok(Data::Struct(fields(&body, word)?));
    }
    let Some(body) = tokens.eat_group(Delimiter::Parenthesis) else {
        let message = "write `{}` after the name: a struct without members is still an object";
        return Err(Refusal::new(name.span(), message));
    };
    let mut types = types(&body)?;
    match types.pop() {
        Some(ty) if types.is_empty() => Ok(Data::Newtype(ty)),
        _ => {
            let message = "a tuple struct has one value here: name the fields";
            Err(Refusal::new(body.span(), message))
        }
    }
}

/// The types of a tuple struct or variant.
fn types(body: &Group) -> Result<Vec<TokenStream>, Refusal> {
    let mut tokens = Tokens::inside(body);
    let mut types = vec![];
    while !tokens.is_at_end() {
        if let Some(attribute) = Attribute::all(&mut tokens)?.first() {
            return Err(attribute.unknown("on a field without a name"));
        }
        skip_visibility(&mut tokens);
        types.push(tokens.until_comma());
    }
    Ok(types)
}

fn fields(body: &Group, word: Word) -> Result<Vec<Field>, Refusal> {
    let mut tokens = Tokens::inside(body);
    let mut fields = vec![];
    while !tokens.is_at_end() {
        let attributes = Attribute::all(&mut tokens)?;
        skip_visibility(&mut tokens);
        let name = tokens.ident()?;
        tokens.eat(':');
        let ty = tokens.until_comma();
        let mut field = Field {
            wire_name: format!("\"{}\"", plain(&name)),
            presence: if is_option(&ty) {
                Presence::Optional
            } else {
                Presence::Required
            },
            name,
            ty,
            shape: FieldShape::OfType,
        };
        for attribute in attributes {
            field.set(attribute, word)?;
        }
        fields.push(field);
    }
    Ok(fields)
}

impl Field {
    /// Whether it is a member of its own.
    pub(crate) fn is_member(&self) -> bool {
        !matches!(self.presence, Presence::Skipped | Presence::Others)
    }

    /// Whether it holds all members that have no field.
    pub(crate) fn has_others(&self) -> bool {
        self.presence == Presence::Others
    }

    fn set(&mut self, attribute: Attribute, word: Word) -> Result<(), Refusal> {
        match (attribute.name.as_str(), &attribute.value) {
            ("serde(rename)", Some(name)) => self.wire_name = name.clone(),
            ("serde(default)", None) if self.presence == Presence::Optional => {}
            ("serde(default)", None) => self.presence = Presence::Default,
            // Serde's derives read and write it.
            ("serde(default)", Some(_)) if word == Word::Shaped => {
                self.presence = Presence::Default;
            }
            ("serde(skip_serializing_if)", Some(_)) if word == Word::Shaped => {}
            ("serde(default)", Some(_)) => {
                let message = "write `default` alone: the field has its type's default value";
                return Err(attribute.refused(message));
            }
            ("serde(skip)", None) if word == Word::Persist => self.presence = Presence::Skipped,
            ("hardline(examples)", Some(examples)) if is(&self.ty, "String") => {
                self.shape = FieldShape::Like(examples.clone());
            }
            ("hardline(examples)", Some(_)) => {
                let message = "examples are for `String` and `Option<String>` alone";
                return Err(attribute.refused(message));
            }
            ("hardline(others)", None)
                if is(&self.ty, "JsonObject") && matches!(word, Word::Response | Word::Wire) =>
            {
                self.presence = Presence::Others;
            }
            ("hardline(others)", None) => {
                let message = "only a `JsonObject` of a `Wire` or `Response` holds other members";
                return Err(attribute.refused(message));
            }
            ("hardline(only_true)", None) if is(&self.ty, "bool") => self.shape = FieldShape::True,
            ("hardline(only_true)", None) => {
                let message = "only a `bool` or an `Option<bool>` can be true";
                return Err(attribute.refused(message));
            }
            _ => return Err(attribute.unknown("on a field")),
        }
        Ok(())
    }
}

fn variants(tokens: &mut Tokens, word: Word) -> Result<Vec<Variant>, Refusal> {
    let Some(body) = tokens.eat_group(Delimiter::Brace) else {
        return Err(Refusal::new(tokens.place(), "variants are expected here"));
    };
    let mut tokens = Tokens::inside(&body);
    let mut variants = vec![];
    while !tokens.is_at_end() {
        if let Some(attribute) = Attribute::all(&mut tokens)?.first() {
            return Err(attribute.unknown("on a variant"));
        }
        let name = tokens.ident()?;
        let content = if let Some(body) = tokens.eat_group(Delimiter::Brace) {
            Content::Struct(fields(&body, word)?)
        } else if let Some(body) = tokens.eat_group(Delimiter::Parenthesis) {
            Content::Tuple(types(&body)?.len())
        } else {
            Content::Unit
        };
        // A discriminant does not matter here.
        tokens.until_comma();
        variants.push(Variant { name, content });
    }
    if variants.is_empty() {
        let message = "an enumeration without variants has no values: remove it";
        return Err(Refusal::new(body.span(), message));
    }
    Ok(variants)
}

/// A name without the `r#` of a raw identifier.
pub(crate) fn plain(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

/// Whether the last segment of the path is `Option`.
fn is_option(ty: &TokenStream) -> bool {
    let mut tokens = Tokens::new(ty.clone(), Span::call_site());
    let mut last = None;
    while !tokens.eat('<')
        && let Some(token) = tokens.next()
    {
        if let TokenTree::Ident(name) = token {
            last = Some(name.to_string());
        }
    }
    last.is_some_and(|name| name == "Option")
}

/// Whether it is this type, which may be missing.
fn is(ty: &TokenStream, name: &str) -> bool {
    let text = ty.to_string().replace(' ', "");
    text == name || text == format!("Option<{name}>")
}
