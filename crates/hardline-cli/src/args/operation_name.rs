use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};
use hardline::by_name::{NamedOperation, Operations};

/// Reads the name of an operation. Shells complete it.
#[derive(Clone, Copy)]
pub(super) struct OperationName;

impl TypedValueParser for OperationName {
    type Value = NamedOperation;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<NamedOperation, Error> {
        let name = value.to_string_lossy();
        let why = match Operations::all().find(&name) {
            Ok(operation) => return Ok(*operation),
            Err(why) => why,
        };
        let mut error = Error::raw(ErrorKind::ValueValidation, format!("{why}\n"));
        error = error.with_cmd(command);
        if let Some(argument) = argument {
            let argument = ContextValue::String(argument.to_string());
            error.insert(ContextKind::InvalidArg, argument);
        }
        Err(error)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = Operations::all().iter();
        let names = names.map(|named| PossibleValue::new(named.operation().name().to_string()));
        Some(Box::new(names))
    }
}
