pub(super) mod discovery;
pub(super) mod log_in;
