use crate::embed::dialogue::NamedFlow;
use crate::embed::flow_kind::FlowKind;
use crate::embed::forms::error::EmbedError;
use crate::embed::json_flow::Effect;
use crate::embed::opening::Opening;
use crate::flow::OAuthLogout;
use crate::json::Empty;
use crate::types::Timestamp;

pub(in crate::embed) const KIND: FlowKind = FlowKind::of::<OAuthLogout>();

impl NamedFlow for OAuthLogout {
    const NAME: &'static str = "oauth_logout";
    const SAVED_AS: &'static str = "OAuthLogout";

    type Arguments = Empty;
    type Done = Empty;

    /// The session is forgotten at once: what is revoked must not be used any more.
    fn open(opening: &mut Opening<'_>, _: Empty) -> Result<Self, EmbedError> {
        let why = "no authorization server granted this session: call cs:logout";
        let tokens = opening.tokens.ok_or_else(|| EmbedError::usage(why))?;
        let flow = Self::new(opening.now, opening.homeserver()?, tokens, opening.seed());
        let flow = flow.ok_or_else(|| EmbedError::usage(why))?;
        opening.ends_session = true;
        Ok(flow)
    }

    fn done(_: Timestamp, (): ()) -> (Empty, Effect) {
        (Empty {}, Effect::Nothing)
    }
}
