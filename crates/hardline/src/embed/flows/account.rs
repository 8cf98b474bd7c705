pub(super) mod change_password;
pub(super) mod deactivate;
pub(super) mod register;
pub(super) mod reset_password;
