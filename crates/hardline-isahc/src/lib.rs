//! isahc
