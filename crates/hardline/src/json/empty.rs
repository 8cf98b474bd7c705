use hardline_derive::Response;

/// A response that carries no data: `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Response)]
pub struct Empty {}
