//! Registering an account, changing its password and deactivating it.

mod change_password;
mod deactivate;
mod register_account;
mod reset_password;

pub use change_password::ChangePassword;
pub use deactivate::Deactivate;
pub use register_account::RegisterAccount;
pub use reset_password::ResetPassword;
