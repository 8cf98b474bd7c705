use std::time::Duration;

use super::*;

with_both! { Persist:
    pub(super) struct Flow<S: Clone + Debug, E> {
        state: S,
        pub(super) steps: Vec<Step>,
        more: Option<E>,
        pair: (u64, String),
        array: [Option<u8>; 2],
        wait: Duration,
        #[serde(skip)]
        pub(super) left_out: Vec<u64>,
    }
    #[derive(Clone)]
    pub(super) enum Step {
        Begun,
        r#Await(Option<String>),
        /// Two values.
        Moved(u8, Option<Duration>),
        Asked {
            r#type: String,
            #[serde(rename = "tries")]
            attempt: u64,
            last: Option<u64>,
        },
        #[cfg(not(test))]
        Absent,
        Empty {},
        Over,
    }
}

#[test]
fn what_is_skipped_is_neither_written_nor_read() {
    let body = r#"{"state": 1, "steps": [], "pair": [2, "b"], "array": [1, null], "left_out": [1],
        "wait": {"secs": 3, "nanos": 4}}"#;
    let mut ours: ours::Flow<u8, u8> = serde_json::from_str(body).unwrap();
    let mut serdes: serdes::Flow<u8, u8> = serde_json::from_str(body).unwrap();
    assert!(ours.left_out.is_empty() && serdes.left_out.is_empty());
    ours.left_out.push(1);
    serdes.left_out.push(1);
    let written = serde_json::to_string(&ours).unwrap();
    assert_eq!(written, serde_json::to_string(&serdes).unwrap());
    assert!(!written.contains("left_out"));
}

type Ours = ours::Flow<ours::Step, u64>;
type Serdes = serdes::Flow<serdes::Step, u64>;

#[test]
fn a_saved_state_has_the_same_form() {
    let steps = r#"["Begun", {"Await": "x"}, {"Await": null}, {"Moved": [7, null]}, {"Empty": {}}, "Over",
        {"Moved": [7, {"secs": 1, "nanos": 2}]}, {"Asked": {"type": "email", "tries": 3}},
        {"Asked": {"last": 4, "tries": 3, "type": "?"}}]"#;
    let rest =
        r#""more": 1, "pair": [2, "b"], "array": [1, null], "wait": {"secs": 3, "nanos": 4}"#;
    let body = format!(r#"{{"state": "Begun", "steps": {steps}, {rest}}}"#);
    assert!(same::<Ours, Serdes>(&body));
    let body =
        format!(r#"{{"state": {{"Asked": {{"type": "", "tries": 1}}}}, "steps": [], {rest}}}"#);
    assert!(same::<Ours, Serdes>(&body));
}

#[test]
fn another_form_is_refused_alike() {
    for step in [
        r#""Unknown""#,
        r#"{"Unknown": 1}"#,
        r#""Await""#,
        r#"{"Begun": 1}"#,
        r#"{"Moved": [7]}"#,
        r#"{"Moved": [7, null, 1]}"#,
        r#"{"Moved": [700, null]}"#,
        r#"{"Asked": {"type": "email"}}"#,
        r#"{"Asked": {"type": "email", "tries": -3}}"#,
        r#"{"Asked": 5}"#,
        r#"{"Await": null, "Begun": null}"#,
        "{}",
        "[]",
        "5",
    ] {
        assert!(!same::<ours::Step, serdes::Step>(step), "{step}");
    }
}
