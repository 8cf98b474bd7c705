use hardline::identity_api::lookup::{
    GetHashDetails, GetHashDetailsResponse, HashAlgorithm, LookupUsersV2, LookupUsersV2Response,
    hash_address,
};
use hardline::wire::ErrorCode;
use hardline::wire::server::Refusal;

use super::{IdentityServer, Turn};

pub(super) fn install(server: &mut IdentityServer) {
    server.answer_with::<GetHashDetails>(|turn, _| {
        Ok(GetHashDetailsResponse::new(
            turn.state.pepper.clone(),
            vec![HashAlgorithm::Sha256, HashAlgorithm::None],
        ))
    });
    server.answer_with(lookup);
}

fn lookup(turn: &mut Turn<'_>, lookup: LookupUsersV2) -> Result<LookupUsersV2Response, Refusal> {
    if let HashAlgorithm::Other(_) = lookup.algorithm {
        return Err(Refusal::bad_request(
            ErrorCode::InvalidParam,
            "the algorithm is not supported",
        ));
    }
    let pepper = &turn.state.pepper;
    if lookup.pepper != *pepper {
        return Err(Refusal::bad_request(
            ErrorCode::InvalidPepper,
            "unknown or invalid pepper: has it been rotated?",
        )
        .with("algorithm", &lookup.algorithm)
        .with("lookup_pepper", pepper));
    }
    let mut answer = LookupUsersV2Response::default();
    for (threepid, user_id) in &turn.state.bindings {
        let hash = hash_address(
            &lookup.algorithm,
            &threepid.medium,
            &threepid.address,
            pepper,
        );
        if let Some(hash) = hash.filter(|hash| lookup.addresses.contains(hash)) {
            answer.mappings.insert(hash, user_id.clone());
        }
    }
    Ok(answer)
}
