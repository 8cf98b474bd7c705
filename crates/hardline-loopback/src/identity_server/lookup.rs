use hardline::identity_api::lookup::{
    GetHashDetails, GetHashDetailsResponse, HashAlgorithm, LookupUsersV2, LookupUsersV2Response,
    hash_address,
};
use hardline::wire::ErrorCode;
use hardline::wire::server::ErrorResponse;

use super::data::IdentityServerData;
use super::request_context::RequestContext;
use crate::handlers::Handlers;

pub(super) fn install(handlers: &mut Handlers<IdentityServerData>) {
    handlers.answer_with::<GetHashDetails>(|context, _| {
        Ok(GetHashDetailsResponse::new(
            context.state.pepper.clone(),
            vec![HashAlgorithm::Sha256, HashAlgorithm::None],
        ))
    });
    handlers.answer_with(lookup);
}

fn lookup(
    context: &mut RequestContext<'_>,
    lookup: LookupUsersV2,
) -> Result<LookupUsersV2Response, ErrorResponse> {
    if let HashAlgorithm::Other(_) = lookup.algorithm {
        return Err(ErrorResponse::bad_request(
            ErrorCode::InvalidParam,
            "the algorithm is not supported",
        ));
    }
    let pepper = &context.state.pepper;
    if lookup.pepper != *pepper {
        return Err(ErrorResponse::bad_request(
            ErrorCode::InvalidPepper,
            "unknown or invalid pepper: has it been rotated?",
        )
        .with("algorithm", &lookup.algorithm)
        .with("lookup_pepper", pepper));
    }
    let mut answer = LookupUsersV2Response::default();
    for (threepid, user_id) in &context.state.bindings {
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
