use std::collections::BTreeMap;

use hardline::client_api::push::{PushAction, PushRule, PushRuleKind, Ruleset};
use hardline::types::UserId;
use serde::{Deserialize, Serialize};

use super::default_rules::default_rules;

/// How many rules a user may have, the server's included.
const MOST: usize = 1_000;
/// The rule that goes before all others.
const MASTER: &str = ".m.rule.master";

/// The push rules of all users.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Rules(BTreeMap<UserId, OfUser>);

#[derive(Serialize, Deserialize)]
struct OfUser {
    rules: Ruleset,
    /// Where they changed last.
    position: u64,
}

/// Why a rule cannot be changed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleError {
    /// There is no such kind.
    UnknownKind,
    /// There is no such rule.
    UnknownRule,
    /// There is no rule that it could stand beside.
    UnknownNeighbour,
    /// There are too many.
    Full,
}

impl Rules {
    /// Gives a new user the rules that everybody begins with.
    pub(crate) fn begin(&mut self, user_id: &UserId) {
        let rules = default_rules(user_id);
        let of_user = OfUser { rules, position: 0 };
        self.0.insert(user_id.clone(), of_user);
    }

    pub(crate) fn of(&self, user_id: &UserId) -> Option<&Ruleset> {
        self.0.get(user_id).map(|of_user| &of_user.rules)
    }

    pub(crate) fn forget(&mut self, user_id: &UserId) {
        self.0.remove(user_id);
    }

    /// The rules, if they changed since a position or nothing is known.
    pub(crate) fn since(&self, user_id: &UserId, since: Option<u64>) -> Option<&Ruleset> {
        let of_user = self.0.get(user_id)?;
        let is_told = since.is_none_or(|since| of_user.position > since);
        is_told.then_some(&of_user.rules)
    }

    pub(crate) fn get(
        &self,
        user_id: &UserId,
        kind: &PushRuleKind,
        rule_id: &str,
    ) -> Result<&PushRule, RuleError> {
        let rules = self.of(user_id).ok_or(RuleError::UnknownRule)?;
        let rules = rules.of(kind).ok_or(RuleError::UnknownKind)?;
        let mut rules = rules.iter();
        let found = rules.find(|rule| rule.rule_id == rule_id);
        found.ok_or(RuleError::UnknownRule)
    }

    /// Adds a rule of the user's, or replaces it, which keeps whether it is in force. It goes before or after another of
    /// the user's, or else before all of them.
    pub(crate) fn set(
        &mut self,
        user_id: &UserId,
        kind: &PushRuleKind,
        mut rule: PushRule,
        beside: Beside<'_>,
        position: u64,
    ) -> Result<(), RuleError> {
        let of_user = self.0.get_mut(user_id).ok_or(RuleError::UnknownRule)?;
        let rules = of_kind(&mut of_user.rules, kind)?;
        let neighbour = |rules: &[PushRule], rule_id: &str| {
            let mut rules = rules.iter();
            let place = rules.position(|known| known.rule_id == rule_id && !known.default);
            place.ok_or(RuleError::UnknownNeighbour)
        };
        let mut changed = rules.clone();
        let known = changed
            .iter()
            .position(|known| known.rule_id == rule.rule_id);
        if let Some(known) = known {
            rule.enabled = changed.remove(known).enabled;
        }
        let place = match beside {
            Beside::Before(other) => neighbour(&changed, other)?,
            Beside::After(other) => neighbour(&changed, other)? + 1,
            Beside::Nothing => {
                let mut rules = changed.iter();
                rules
                    .position(|known| known.rule_id != MASTER)
                    .unwrap_or(changed.len())
            }
        };
        changed.insert(place, rule);
        if changed.len() > MOST {
            return Err(RuleError::Full);
        }
        *rules = changed;
        of_user.position = position;
        Ok(())
    }

    /// Deletes a rule of the user's. The server's stay.
    pub(crate) fn delete(
        &mut self,
        user_id: &UserId,
        kind: &PushRuleKind,
        rule_id: &str,
        position: u64,
    ) -> Result<(), RuleError> {
        let of_user = self.0.get_mut(user_id).ok_or(RuleError::UnknownRule)?;
        let rules = of_kind(&mut of_user.rules, kind)?;
        let place = rules
            .iter()
            .position(|known| known.rule_id == rule_id && !known.default);
        rules.remove(place.ok_or(RuleError::UnknownRule)?);
        of_user.position = position;
        Ok(())
    }

    /// Puts a rule into force or out of it.
    pub(crate) fn enable(
        &mut self,
        user_id: &UserId,
        kind: &PushRuleKind,
        rule_id: &str,
        enabled: bool,
        position: u64,
    ) -> Result<(), RuleError> {
        self.change(user_id, kind, rule_id, position, |rule| {
            rule.enabled = enabled;
        })
    }

    /// Gives a rule other actions.
    pub(crate) fn set_actions(
        &mut self,
        user_id: &UserId,
        kind: &PushRuleKind,
        rule_id: &str,
        actions: Vec<PushAction>,
        position: u64,
    ) -> Result<(), RuleError> {
        self.change(user_id, kind, rule_id, position, |rule| {
            rule.actions = actions;
        })
    }

    fn change(
        &mut self,
        user_id: &UserId,
        kind: &PushRuleKind,
        rule_id: &str,
        position: u64,
        change: impl FnOnce(&mut PushRule),
    ) -> Result<(), RuleError> {
        let of_user = self.0.get_mut(user_id).ok_or(RuleError::UnknownRule)?;
        let rules = of_kind(&mut of_user.rules, kind)?;
        let mut rules = rules.iter_mut();
        let rule = rules.find(|known| known.rule_id == rule_id);
        change(rule.ok_or(RuleError::UnknownRule)?);
        of_user.position = position;
        Ok(())
    }
}

/// Where a rule goes among those of the user's.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Beside<'a> {
    Before(&'a str),
    After(&'a str),
    Nothing,
}

fn of_kind<'r>(
    rules: &'r mut Ruleset,
    kind: &PushRuleKind,
) -> Result<&'r mut Vec<PushRule>, RuleError> {
    match kind {
        PushRuleKind::Override => Ok(&mut rules.override_rules),
        PushRuleKind::Content => Ok(&mut rules.content),
        PushRuleKind::Room => Ok(&mut rules.room),
        PushRuleKind::Sender => Ok(&mut rules.sender),
        PushRuleKind::Underride => Ok(&mut rules.underride),
        _ => Err(RuleError::UnknownKind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_the_same_after_they_were_stored() {
        let alice = UserId::parse("@alice:example.org").unwrap();
        let mut rules = Rules::default();
        rules.begin(&alice);
        let kind = PushRuleKind::Override;
        for (rule_id, beside) in [
            ("first", Beside::Nothing),
            ("third", Beside::After("first")),
            ("second", Beside::Before("third")),
        ] {
            let rule = PushRule::new(rule_id.to_owned(), vec![PushAction::sound("ping")]);
            rules.set(&alice, &kind, rule, beside, 1).unwrap();
        }
        let stored = serde_json::to_string(&rules).unwrap();
        let loaded: Rules = serde_json::from_str(&stored).unwrap();
        assert_eq!(loaded.of(&alice), rules.of(&alice));
        let ids = loaded.of(&alice).unwrap().override_rules.iter();
        let ids: Vec<_> = ids.map(|rule| &*rule.rule_id).take(5).collect();
        let expected = [
            MASTER,
            "first",
            "second",
            "third",
            ".m.rule.suppress_notices",
        ];
        assert_eq!(ids, expected);
    }

    #[test]
    fn the_server_s_rules_are_nobody_s_neighbours() {
        let alice = UserId::parse("@alice:example.org").unwrap();
        let mut rules = Rules::default();
        rules.begin(&alice);
        let kind = PushRuleKind::Override;
        for beside in [Beside::Before(MASTER), Beside::After("none")] {
            let rule = PushRule::new("mine".to_owned(), vec![]);
            let refused = rules.set(&alice, &kind, rule, beside, 1);
            assert_eq!(refused, Err(RuleError::UnknownNeighbour));
        }
        let refused = rules.delete(&alice, &kind, MASTER, 1);
        assert_eq!(refused, Err(RuleError::UnknownRule));
    }
}
