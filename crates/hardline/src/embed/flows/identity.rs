pub(super) mod bind_threepid;
pub(super) mod identity_session;
pub(super) mod lookup;
pub(super) mod unbind_threepid;
