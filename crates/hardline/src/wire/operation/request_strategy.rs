use std::fmt;

use proptest::strategy::{BoxedStrategy, Strategy};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::json::{Shaped, decoded, values};
use crate::wire::{Endpoint, Operation};

/// Requests of an operation that can be sent, made from its shape.
///
/// # Panics
/// If the type refuses a value of its shape.
pub fn request_strategy<E>() -> BoxedStrategy<E>
where
    E: Endpoint + Shaped + DeserializeOwned + fmt::Debug + 'static,
{
    values(E::SHAPE)
        .prop_filter(
            "fields belong together, and a path has all its values",
            |request| is_complete(&E::OPERATION, request),
        )
        .prop_map(|request| decoded::<E>(&request))
        .prop_filter("the request passes its own check", |request| {
            request.check().is_ok()
        })
        .boxed()
}

fn is_complete(operation: &Operation, request: &Value) -> bool {
    let is_given = |field: &&str| !request[field].is_null();
    let together = operation.required_together;
    let given = together.iter().filter(|field| is_given(field)).count();
    let in_path = |text: &str| !matches!(text, "" | "." | "..");
    let placeholders = operation.path.split('{').skip(1);
    let mut fields = placeholders.filter_map(|rest| rest.split_once('}'));
    (given == 0 || given == together.len())
        && fields.all(|(field, _)| {
            request[field].as_str().is_none_or(in_path) && is_given(&field)
                || operation.may_be_empty == Some(field) && request[field] == ""
        })
}

#[cfg(test)]
mod tests {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::json::{FieldShape, Presence, Shape, StructShape};
    use crate::wire::{Credentials, EncodeError, Target, encode};

    #[derive(Debug, Serialize, Deserialize)]
    struct Invite {
        room: String,
        key: String,
        id_server: Option<String>,
        id_access_token: Option<String>,
        count: u64,
    }

    const TEXT: &Shape = String::SHAPE;

    const fn field(name: &'static str, shape: &'static Shape, presence: Presence) -> FieldShape {
        FieldShape {
            name,
            shape,
            presence,
        }
    }

    impl Shaped for Invite {
        const SHAPE: &'static Shape = &Shape::Struct(&StructShape {
            name: "Invite",
            fields: &[
                field("room", TEXT, Presence::Required),
                field("key", TEXT, Presence::Required),
                field("id_server", TEXT, Presence::Optional),
                field("id_access_token", TEXT, Presence::Optional),
                field("count", u64::SHAPE, Presence::Required),
            ],
            is_strict: false,
        });
    }

    impl Endpoint for Invite {
        const OPERATION: Operation =
            Operation::post("invite", "/_matrix/client/v3/rooms/{room}/state/{key}")
                .may_be_empty("key")
                .required_together(&["id_server", "id_access_token"]);
        type Response = ();

        fn check(&self) -> Result<(), EncodeError> {
            if self.count.is_multiple_of(3) {
                return Err(EncodeError::unencodable("three is a crowd"));
            }
            Ok(())
        }
    }

    #[test]
    fn every_request_can_be_sent() {
        let target = Target::homeserver("https://example.org").unwrap();
        let requests = request_strategy::<Invite>();
        let mut runner = TestRunner::deterministic();
        let (mut with, mut without) = (0, 0);
        for _ in 0..200 {
            let request = requests.new_tree(&mut runner).unwrap().current();
            encode(&request, &target, &Credentials::None).unwrap();
            *if request.id_server.is_some() {
                &mut with
            } else {
                &mut without
            } += 1;
        }
        assert!(with > 40 && without > 40, "{with} {without}");
    }
}
