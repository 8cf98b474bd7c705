use proptest::arbitrary::Arbitrary;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::types::{
    EventId, MatrixId, MatrixUri, RoomAliasId, RoomId, RoomOrAliasId, ServerName, UriAction, UserId,
};

impl Arbitrary for MatrixUri {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        let via = vec(any::<ServerName>(), 0..4);
        (any::<MatrixId>(), via, any::<Option<UriAction>>())
            .prop_map(|(id, via, action)| Self { id, via, action })
            .boxed()
    }
}

impl Arbitrary for MatrixId {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        prop_oneof![
            any::<UserId>().prop_map(Self::User),
            any::<RoomId>().prop_map(Self::Room),
            any::<RoomAliasId>().prop_map(Self::RoomAlias),
            any::<(RoomOrAliasId, EventId)>().prop_map(|(room, event)| Self::Event(room, event)),
        ]
        .boxed()
    }
}
