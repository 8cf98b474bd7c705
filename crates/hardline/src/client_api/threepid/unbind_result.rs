use crate::types::text::text_enum;

text_enum! {
    /// What became of a binding at an identity server.
    UnbindResult {
        /// The identity server cannot unbind, or none is known.
        NoSupport = "no-support",
        /// It is unbound.
        Success = "success",
    }
}
