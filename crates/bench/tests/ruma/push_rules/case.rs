use std::fmt;

use futures_lite::future::block_on;
use hardline::client_api::push::{PushContext, PushOutcome, PushRules};
use hardline::events::{RawEvent, RoomCreate, RoomPower};
use hardline::types::{RoomId, RoomVersionId, UserId};
use ruma::power_levels::NotificationPowerLevels;
use ruma::push::{PushConditionPowerLevelsCtx, PushConditionRoomCtx};
use ruma::room_version_rules::{AuthorizationRules, RoomPowerLevelsRules};
use ruma::serde::Raw;
use ruma::{Int, OwnedRoomId, OwnedUserId, UInt};
use serde_json::{Value, json};

pub(super) const ALICE: &str = "@alice:example.org";
pub(super) const BOB: &str = "@bob:example.org";
pub(super) const CREATOR: &str = "@carol:example.org";
pub(super) const ROOM: &str = "!tea:example.org";

/// An event, the rules of an account, and what rules need to know besides.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) event: Value,
    /// The rules by their kinds, as a server sends them.
    pub(super) rules: Value,
    pub(super) context: Context,
}

#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) member_count: u32,
    /// Empty for none.
    pub(super) display_name: &'static str,
    /// Whether creators outrank all levels.
    pub(super) is_version_12: bool,
    pub(super) levels: Option<Levels>,
}

#[derive(Clone, Debug)]
pub(super) struct Levels {
    pub(super) of_bob: Option<i32>,
    pub(super) of_others: i32,
    pub(super) to_notify_the_room: Option<i32>,
}

/// What comes of an event.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// No rule matches.
    Nothing,
    /// This rule matches.
    Matches {
        kind: String,
        rule_id: String,
        notify: bool,
        highlight: bool,
        sound: Option<String>,
    },
    /// The rules are not read at all.
    Refused,
}

impl Case {
    /// Rules with one condition at most: all that this one is made of.
    pub(super) fn atoms(&self) -> Vec<Self> {
        let mut atoms = Vec::new();
        for (kind, rules) in self.rules.as_object().unwrap() {
            for rule in rules.as_array().unwrap() {
                let conditions = rule["conditions"].as_array();
                let alone = match conditions {
                    Some(conditions) if conditions.len() > 1 => conditions
                        .iter()
                        .map(|condition| {
                            let mut rule = rule.clone();
                            rule["conditions"] = json!([condition]);
                            rule
                        })
                        .collect(),
                    _ => vec![rule.clone()],
                };
                atoms.extend(alone.into_iter().map(|rule| Self {
                    rules: json!({kind: [rule]}),
                    ..self.clone()
                }));
            }
        }
        atoms
    }

    /// The kind of the first rule, and the rule.
    pub(super) fn rule(&self) -> (&str, &Value) {
        let mut kinds = self.rules.as_object().unwrap().iter();
        let (kind, rules) = kinds.next().unwrap();
        (kind, &rules[0])
    }

    /// The first condition of the first rule; null if it has none.
    pub(super) fn condition(&self) -> &Value {
        &self.rule().1["conditions"][0]
    }

    pub(super) fn ours(&self) -> Verdict {
        let account_data = json!({"type": "m.push_rules", "content": {"global": self.rules}});
        let account_data = RawEvent::new(&account_data).unwrap();
        let rules: PushRules = account_data.content_as().unwrap();
        let event = RawEvent::new(&self.event).unwrap();
        let context = self.our_context();
        let Some((kind, rule)) = rules.global.matching_rule(&event, &context) else {
            return Verdict::Nothing;
        };
        let outcome = PushOutcome::from(rule.actions.as_slice());
        Verdict::Matches {
            kind: kind.to_string(),
            rule_id: rule.rule_id.clone(),
            notify: outcome.notify,
            highlight: outcome.highlight,
            sound: outcome.sound,
        }
    }

    pub(super) fn rumas(&self) -> Verdict {
        let Ok(rules) = serde_json::from_value::<ruma::push::Ruleset>(self.rules.clone()) else {
            return Verdict::Refused;
        };
        let event = Raw::new(&self.event).unwrap();
        let Some(rule) = block_on(rules.get_match(&event, &self.rumas_context())) else {
            return Verdict::Nothing;
        };
        let kind = match rule {
            ruma::push::AnyPushRuleRef::Override(_) => "override",
            ruma::push::AnyPushRuleRef::Content(_) => "content",
            ruma::push::AnyPushRuleRef::Room(_) => "room",
            ruma::push::AnyPushRuleRef::Sender(_) => "sender",
            ruma::push::AnyPushRuleRef::Underride(_) => "underride",
            _ => panic!("Ruma has another kind: {rule:?}"),
        };
        Verdict::Matches {
            kind: kind.to_owned(),
            rule_id: rule.rule_id().to_owned(),
            notify: rule.triggers_notification(),
            highlight: rule.triggers_highlight(),
            sound: rule.triggers_sound().map(ToString::to_string),
        }
    }

    fn our_context(&self) -> PushContext {
        let mut context = PushContext::new(
            UserId::parse(ALICE).unwrap(),
            RoomId::parse(ROOM).unwrap(),
            self.context.member_count.into(),
        );
        let name = self.context.display_name;
        context.display_name = (!name.is_empty()).then(|| name.to_owned());
        context.power = self.context.levels.as_ref().map(|levels| {
            let create = RoomCreate::new(RoomVersionId::parse(self.context.version()).unwrap());
            let levels = serde_json::from_value(levels.content()).unwrap();
            RoomPower::new(&create, Some(UserId::parse(CREATOR).unwrap()), Some(levels))
        });
        context
    }

    fn rumas_context(&self) -> PushConditionRoomCtx {
        let context = PushConditionRoomCtx::new(
            OwnedRoomId::try_from(ROOM).unwrap(),
            UInt::from(self.context.member_count),
            OwnedUserId::try_from(ALICE).unwrap(),
            self.context.display_name.to_owned(),
        );
        let Some(levels) = &self.context.levels else {
            return context;
        };
        let rules = if self.context.is_version_12 {
            AuthorizationRules::V12
        } else {
            AuthorizationRules::V11
        };
        let user = |user: &str| OwnedUserId::try_from(user).unwrap();
        let mut notifications = NotificationPowerLevels::new();
        if let Some(level) = levels.to_notify_the_room {
            notifications.room = Int::from(level);
        }
        context.with_power_levels(PushConditionPowerLevelsCtx::new(
            levels
                .of_bob
                .map(|level| (user(BOB), Int::from(level)))
                .into_iter()
                .collect(),
            Int::from(levels.of_others),
            notifications,
            RoomPowerLevelsRules::new(&rules, [user(CREATOR)]),
        ))
    }
}

impl Context {
    fn version(&self) -> &'static str {
        if self.is_version_12 { "12" } else { "11" }
    }
}

impl Levels {
    fn content(&self) -> Value {
        let mut content = json!({"users_default": self.of_others});
        if let Some(level) = self.of_bob {
            content["users"] = json!({BOB: level});
        }
        if let Some(level) = self.to_notify_the_room {
            content["notifications"] = json!({"room": level});
        }
        content
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("no match"),
            Self::Refused => f.write_str("refused"),
            Self::Matches {
                rule_id,
                notify,
                highlight,
                sound,
                ..
            } => {
                write!(f, "`{rule_id}`")?;
                for (is_there, what) in [(notify, "notify"), (highlight, "highlight")] {
                    if *is_there {
                        write!(f, ", {what}")?;
                    }
                }
                sound
                    .iter()
                    .try_for_each(|sound| write!(f, ", sound {sound}"))
            }
        }
    }
}
