//! Why the two come to different results, each with an event and a rule that show it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::case::{BOB, Case, Context, Levels, ROOM, Verdict};

/// A reason for a difference, which `DIFFERENCES.md` lists.
pub(super) struct Difference {
    pub(super) name: &'static str,
    /// Whether it is the reason why the two differ about a rule with one condition at most, or about rules that they read
    /// alike one by one.
    explains: fn(&Case) -> bool,
    /// To what the two come then.
    differ: fn(&Verdict, &Verdict) -> bool,
    /// One that it explains.
    pub(super) example: fn() -> Case,
}

impl Difference {
    pub(super) fn is_of(&self, case: &Case, ours: &Verdict, rumas: &Verdict) -> bool {
        (self.differ)(ours, rumas) && (self.explains)(case)
    }
}

pub(super) const DIFFERENCES: &[Difference] = &[
    Difference {
        name: "a letter beyond ASCII beside a word",
        explains: |case| {
            let words = words_pattern(case).is_some();
            let is_letter = |letter: char| !letter.is_ascii() && letter.is_alphanumeric();
            words && body(case).chars().any(is_letter)
        },
        differ: only_ruma_matches,
        example: || message("fooé", "content", with_pattern("foo")),
    },
    Difference {
        name: "a wildcard and a line break",
        explains: |case| {
            words_pattern(case).is_some_and(|pattern| pattern.contains(['*', '?']))
                && body(case).contains('\n')
        },
        differ: only_ours_matches,
        example: || message("foo\nbar", "content", with_pattern("foo?bar")),
    },
    Difference {
        name: "two wildcards in a row",
        explains: |case| {
            words_pattern(case).is_some_and(|pattern| {
                let characters: Vec<_> = pattern.chars().collect();
                let is_wildcard = |character: &char| ['*', '?'].contains(character);
                characters
                    .windows(2)
                    .any(|pair| pair.iter().all(is_wildcard))
            })
        },
        differ: only_ours_matches,
        example: || message("foobar", "content", with_pattern("f*?r")),
    },
    Difference {
        name: "an empty pattern and a body",
        explains: |case| words_pattern(case).is_some_and(str::is_empty) && !body(case).is_empty(),
        differ: only_ours_matches,
        example: || message("foo", "content", with_pattern("")),
    },
    Difference {
        name: "no display name and an empty body",
        explains: |case| {
            case.condition()["kind"] == "contains_display_name"
                && case.context.display_name.is_empty()
                && body(case).is_empty()
        },
        differ: only_ruma_matches,
        example: || {
            let named = json!({"kind": "contains_display_name"});
            message("", "override", with_condition(named))
        },
    },
    Difference {
        name: "an event that names another room, and a rule of a room",
        explains: |case| case.rule().0 == "room" && names_another_room(case),
        differ: |_, _| true,
        example: || {
            let mut case = message("foo", "room", rule(ROOM));
            case.event["room_id"] = json!("!coffee:example.org");
            case
        },
    },
    Difference {
        name: "an event that names another room, and a condition on `room_id`",
        explains: |case| {
            let condition = case.condition();
            condition["kind"] == "event_match"
                && condition["key"] == "room_id"
                && names_another_room(case)
        },
        differ: |_, _| true,
        example: || {
            let mut case = message(
                "foo",
                "override",
                with_condition(event_match("room_id", ROOM)),
            );
            case.event["room_id"] = json!("!coffee:example.org");
            case
        },
    },
    Difference {
        name: "an event that does not name its room, and a property `room_id`",
        explains: |case| {
            case.condition()["kind"] == "event_property_is"
                && case.condition()["key"] == "room_id"
                && case.event["room_id"].is_null()
        },
        differ: only_ours_matches,
        example: || {
            let named = json!({"kind": "event_property_is", "key": "room_id", "value": ROOM});
            message("foo", "override", with_condition(named))
        },
    },
    Difference {
        name: "a rule of a room or sender with wildcards, or in other case",
        explains: |case| {
            let (kind, rule) = case.rule();
            let id = rule["rule_id"].as_str().unwrap_or_default();
            let is_loose = id.contains(['*', '?']) || id != id.to_lowercase() || {
                let sender = case.event["sender"].as_str().unwrap_or_default();
                sender != sender.to_lowercase()
            };
            ["room", "sender"].contains(&kind) && is_loose
        },
        differ: only_ruma_matches,
        example: || message("foo", "sender", rule("@B*:example.org")),
    },
    Difference {
        name: "a rule of a room or sender whose ID is none",
        explains: |case| {
            let (kind, rule) = case.rule();
            let sigil = match kind {
                "room" => '!',
                "sender" => '@',
                _ => return false,
            };
            !rule["rule_id"]
                .as_str()
                .unwrap_or_default()
                .starts_with(sigil)
        },
        differ: is_refused,
        example: || message("foo", "room", rule("tea")),
    },
    Difference {
        name: "a rule of the user's own that is named like one from before mentions",
        explains: |case| {
            let (_, rule) = case.rule();
            let id = rule["rule_id"].as_str().unwrap_or_default();
            id.starts_with(".m.rule.")
                && rule["default"] == false
                && case.event["content"].get("m.mentions").is_some()
        },
        differ: only_ours_matches,
        example: || {
            let mut rule = with_pattern("foo");
            rule["rule_id"] = json!(".m.rule.contains_user_name");
            let mut case = message("foo", "content", rule);
            case.event["content"]["m.mentions"] = json!({});
            case
        },
    },
    Difference {
        name: "who may notify by another key than `room`",
        explains: |case| {
            let condition = case.condition();
            condition["kind"] == "sender_notification_permission"
                && condition["key"].as_str().is_some_and(|key| key != "room")
        },
        differ: only_ours_matches,
        example: || {
            let permission =
                json!({"kind": "sender_notification_permission", "key": "org.example"});
            let mut case = message("foo", "override", with_condition(permission));
            case.context.levels = Some(Levels {
                of_bob: Some(50),
                of_others: 0,
                to_notify_the_room: None,
            });
            case
        },
    },
    Difference {
        name: "a sender who is no user, in a room where all may notify",
        explains: |case| {
            let sender = case.event["sender"].as_str();
            case.condition()["kind"] == "sender_notification_permission"
                && sender.is_some_and(|sender| !sender.starts_with('@'))
        },
        differ: only_ours_matches,
        example: || {
            let permission = json!({"kind": "sender_notification_permission", "key": "room"});
            let mut case = message("foo", "override", with_condition(permission));
            case.event["sender"] = json!("bob");
            case.context.levels = Some(Levels {
                of_bob: None,
                of_others: 50,
                to_notify_the_room: None,
            });
            case
        },
    },
    Difference {
        name: "a backslash in a key that escapes nothing",
        explains: |case| {
            let key = case.condition()["key"].as_str().unwrap_or_default();
            let rest = key.replace(r"\\", "").replace(r"\.", "");
            rest.contains('\\')
        },
        differ: only_ours_matches,
        example: || {
            let condition = event_match(r"content.e\x", "foo");
            let mut case = message("", "override", with_condition(condition));
            case.event["content"][r"e\x"] = json!("foo");
            case
        },
    },
    Difference {
        name: "a number of members with a plus sign",
        explains: |case| {
            let is = case.condition()["is"].as_str().unwrap_or_default();
            case.condition()["kind"] == "room_member_count"
                && is.trim_start_matches(['<', '>', '=']).starts_with('+')
        },
        differ: only_ruma_matches,
        example: || {
            let count = json!({"kind": "room_member_count", "is": "+3"});
            message("foo", "override", with_condition(count))
        },
    },
    Difference {
        name: "a condition that is not complete, or has a value of another kind",
        explains: |case| is_incomplete(case.condition()),
        differ: is_refused,
        example: || {
            let condition = json!({"kind": "event_property_is", "key": "type"});
            message("foo", "override", with_condition(condition))
        },
    },
    Difference {
        name: "a rule for the body without a pattern",
        explains: |case| case.rule().0 == "content" && case.rule().1["pattern"].is_null(),
        differ: is_refused,
        example: || message("foo", "content", rule("a")),
    },
    Difference {
        name: "an action that is not as specified",
        explains: |case| {
            let actions = case.rule().1["actions"].as_array().unwrap();
            actions.iter().any(is_no_action)
        },
        differ: is_refused,
        example: || {
            let mut rule = with_condition(event_match("type", "*"));
            rule["actions"] = json!(["notify", {"set_tweak": "sound"}]);
            message("foo", "override", rule)
        },
    },
    Difference {
        name: "two rules of one kind and ID",
        explains: |case| {
            let mut kinds = case.rules.as_object().unwrap().values();
            kinds.any(|rules| {
                let rules = rules.as_array().unwrap();
                let ids: BTreeSet<_> = rules.iter().map(|rule| rule["rule_id"].as_str()).collect();
                ids.len() < rules.len()
            })
        },
        differ: |_, _| true,
        example: || {
            let mut case = message("foo", "content", with_pattern("bar"));
            let rules = case.rules["content"].as_array_mut().unwrap();
            rules.push(with_pattern("foo"));
            case
        },
    },
    Difference {
        name: "two tweaks of one name",
        explains: |case| {
            let actions = case.rule().1["actions"].as_array().unwrap();
            let tweaks = actions
                .iter()
                .filter_map(|action| action["set_tweak"].as_str());
            let names: BTreeSet<_> = tweaks.clone().collect();
            names.len() < tweaks.count()
        },
        differ: |ours, rumas| {
            matches!(
                (ours, rumas),
                (Verdict::Matches { notify: one, .. }, Verdict::Matches { notify: other, .. }) if one == other
            )
        },
        example: || {
            let mut rule = with_condition(event_match("type", "*"));
            rule["actions"] = json!([
                "notify", {"set_tweak": "sound", "value": "ring"}, {"set_tweak": "sound", "value": "default"},
            ]);
            message("foo", "override", rule)
        },
    },
];

fn only_ours_matches(ours: &Verdict, rumas: &Verdict) -> bool {
    matches!((ours, rumas), (Verdict::Matches { .. }, Verdict::Nothing))
}

fn only_ruma_matches(ours: &Verdict, rumas: &Verdict) -> bool {
    matches!((ours, rumas), (Verdict::Nothing, Verdict::Matches { .. }))
}

fn is_refused(_: &Verdict, rumas: &Verdict) -> bool {
    *rumas == Verdict::Refused
}

fn body(case: &Case) -> &str {
    case.event["content"]["body"].as_str().unwrap_or_default()
}

/// The pattern whose words are looked for in the body.
fn words_pattern(case: &Case) -> Option<&str> {
    let (kind, rule) = case.rule();
    let condition = case.condition();
    match condition["kind"].as_str() {
        _ if kind == "content" => rule["pattern"].as_str(),
        Some("contains_display_name") => Some(case.context.display_name),
        Some("event_match") if condition["key"] == "content.body" => condition["pattern"].as_str(),
        _ => None,
    }
}

fn names_another_room(case: &Case) -> bool {
    case.event["room_id"]
        .as_str()
        .is_some_and(|named| named != ROOM)
}

/// Whether a condition lacks what it takes, or has it in a form that is not specified.
fn is_incomplete(condition: &Value) -> bool {
    let lacks_text = |name: &str| !condition[name].is_string();
    match condition["kind"].as_str() {
        None => condition.is_object(),
        Some("event_match") => lacks_text("key") || lacks_text("pattern"),
        Some("event_property_is" | "event_property_contains") => {
            const GREATEST: i64 = (1 << 53) - 1;
            let value = &condition["value"];
            lacks_text("key")
                || condition.get("value").is_none()
                || value.is_object()
                || value.is_array()
                || value.is_number()
                    && !value
                        .as_i64()
                        .is_some_and(|value| (-GREATEST..=GREATEST).contains(&value))
        }
        Some("room_member_count") => {
            let is = condition["is"].as_str().unwrap_or_default();
            let number = ["==", "<=", ">=", "<", ">"]
                .iter()
                .find_map(|prefix| is.strip_prefix(prefix))
                .unwrap_or(is);
            let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
            !is_number
                || number
                    .parse::<u64>()
                    .ok()
                    .is_none_or(|number| number >= 1 << 53)
        }
        Some("sender_notification_permission") => lacks_text("key"),
        Some(_) => false,
    }
}

/// Whether something is no action, or a known tweak without its value.
fn is_no_action(action: &Value) -> bool {
    let value = action.get("value");
    match action {
        Value::String(_) => false,
        Value::Object(members) => match members.get("set_tweak") {
            None => false,
            Some(Value::String(name)) if name == "sound" => !value.is_some_and(Value::is_string),
            Some(Value::String(name)) if name == "highlight" => {
                value.is_some_and(|value| !value.is_boolean() && !value.is_null())
            }
            Some(name) => !name.is_string(),
        },
        _ => true,
    }
}

/// A message of Bob's in a room of three, and one rule.
fn message(body: &str, kind: &str, rule: Value) -> Case {
    Case {
        event: json!({"type": "m.room.message", "sender": BOB, "content": {"body": body}}),
        rules: json!({kind: [rule]}),
        context: Context {
            member_count: 3,
            display_name: "",
            is_version_12: false,
            levels: None,
        },
    }
}

fn rule(rule_id: &str) -> Value {
    json!({"rule_id": rule_id, "default": false, "enabled": true, "actions": ["notify"]})
}

fn with_pattern(pattern: &str) -> Value {
    let mut rule = rule("a");
    rule["pattern"] = json!(pattern);
    rule
}

fn with_condition(condition: Value) -> Value {
    let mut rule = rule("a");
    rule["conditions"] = json!([condition]);
    rule
}

fn event_match(key: &str, pattern: &str) -> Value {
    json!({"kind": "event_match", "key": key, "pattern": pattern})
}
