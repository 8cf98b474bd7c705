use crate::types::text::text_enum;

text_enum! {
    /// The result of unbinding at an identity server.
    UnbindResult {
        /// The identity server cannot unbind, or there is none.
        NoSupport = "no-support",
        /// The address was unbound.
        Success = "success",
    }
}
