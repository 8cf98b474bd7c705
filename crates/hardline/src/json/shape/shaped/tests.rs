use crate::json::{FieldShape, Presence, Shape, Shaped, StructShape, TextShape};

#[derive(serde::Serialize, serde::Deserialize, Shaped)]
#[hardline(strict)]
struct Report {
    #[serde(rename = "roomId")]
    room_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<i8>,
    #[serde(default = "Vec::new")]
    r#box: Vec<bool>,
    #[hardline(examples = "[a-z]+")]
    reason: String,
    #[hardline(examples = "[0-9]+")]
    note: Option<String>,
    #[hardline(only_true)]
    is_seen: bool,
    inner: Inner,
}

#[derive(serde::Serialize, serde::Deserialize, Shaped)]
#[serde(transparent)]
struct Inner(u8);

const fn member(name: &'static str, shape: &'static Shape, presence: Presence) -> FieldShape {
    FieldShape {
        name,
        shape,
        presence,
    }
}

const WANTED: Shape = Shape::Struct(&StructShape {
    name: "Report",
    fields: &[
        member("roomId", String::SHAPE, Presence::Required),
        member("score", &Shape::Optional(i8::SHAPE), Presence::Optional),
        member("box", &Shape::List(&Shape::Boolean), Presence::Default),
        member(
            "reason",
            &Shape::Text(&TextShape::like("[a-z]+")),
            Presence::Required,
        ),
        member(
            "note",
            &Shape::Optional(&Shape::Text(&TextShape::like("[0-9]+"))),
            Presence::Optional,
        ),
        member("is_seen", &Shape::True, Presence::Required),
        member("inner", u8::SHAPE, Presence::Required),
    ],
    is_strict: true,
});

#[test]
fn a_derived_shape_has_what_the_attributes_say() {
    assert_eq!(format!("{:?}", Report::SHAPE), format!("{WANTED:?}"));
}
