use hardline::types::Medium;
use hardline::wire::OperationName;

/// What the command was doing: it decides what an errcode means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    FindingTheHomeserver,
    AskingForVersions,
    Registering,
    LoggingIn,
    LoggingInByOAuth,
    LoggingOut,
    AskingWhoItIs,
    RequestingTheText,
    RequestingTheMail,
    SubmittingTheCode,
    AddingTheNumber,
    ResettingThePassword,
    Listing,
    Removing,
    LookingUp,
    ListingRooms,
    FindingTheRoom,
    CreatingTheRoom,
    JoiningTheRoom,
    LeavingTheRoom,
    Inviting,
    ListingMembers,
    ReadingTheRoom,
    Sending,
    Uploading,
    Downloading,
    /// `call`: any operation.
    Calling,
}

impl Doing {
    /// What an operation of a flow is for, unless it serves the flow's own purpose.
    pub(crate) fn of(operation: OperationName) -> Option<Self> {
        match operation.id {
            "requestTokenTo3PIDMSISDN"
            | "requestTokenToRegisterMSISDN"
            | "requestTokenToResetPasswordMSISDN" => Some(Self::RequestingTheText),
            "requestTokenTo3PIDEmail"
            | "requestTokenToRegisterEmail"
            | "requestTokenToResetPasswordEmail" => Some(Self::RequestingTheMail),
            "submitToken" => Some(Self::SubmittingTheCode),
            "getTokenOwner" => Some(Self::AskingWhoItIs),
            _ => None,
        }
    }

    /// Asking for a message to an address of this medium.
    pub(crate) fn requesting(medium: &Medium) -> Self {
        if *medium == Medium::Msisdn {
            Self::RequestingTheText
        } else {
            Self::RequestingTheMail
        }
    }

    /// What the command is waiting for.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::FindingTheHomeserver => "finding the homeserver",
            Self::AskingForVersions => "asking the homeserver for its versions",
            Self::Registering => "registering",
            Self::LoggingIn | Self::LoggingInByOAuth => "logging in",
            Self::LoggingOut => "logging out",
            Self::AskingWhoItIs => "asking whose access token this is",
            Self::RequestingTheText => "requesting a text message",
            Self::RequestingTheMail => "requesting an e-mail",
            Self::SubmittingTheCode => "submitting the code",
            Self::AddingTheNumber => "adding the address",
            Self::ResettingThePassword => "setting the new password",
            Self::Listing => "getting the list",
            Self::Removing => "removing the address",
            Self::LookingUp => "looking up the users",
            Self::ListingRooms => "getting the list of rooms",
            Self::FindingTheRoom => "finding the room",
            Self::CreatingTheRoom => "creating the room",
            Self::JoiningTheRoom => "joining the room",
            Self::LeavingTheRoom => "leaving the room",
            Self::Inviting => "inviting",
            Self::ListingMembers => "getting the list of members",
            Self::ReadingTheRoom => "reading the room",
            Self::Sending => "sending",
            Self::Uploading => "uploading the file",
            Self::Downloading => "downloading the file",
            Self::Calling => "waiting for the response",
        }
    }
}
