//! The examples of the guide (`docs`), compiled and run: a type for each chapter.

macro_rules! chapters {
    ($($name:ident: $file:literal,)*) => {$(
        #[doc = include_str!(concat!("../../docs/src/", $file))]
        struct $name;
    )*};
}

chapters! {
    Bot: "bot.md",
    Bridge: "bridge.md",
    Browser: "browser.md",
    C: "c.md",
    Costs: "costs.md",
    ErrorsAndRetries: "errors.md",
    EventLoop: "event-loop.md",
    Extending: "extending.md",
    FirstRequest: "first-request.md",
    FromMatrixSdk: "from-matrix-sdk.md",
    FromNio: "from-nio.md",
    FromRuma: "from-ruma.md",
    Languages: "languages.md",
    Introduction: "introduction.md",
    OAuth: "oauth.md",
    Media: "media.md",
    Reader: "reader.md",
    Saving: "saving.md",
    Security: "security.md",
    SyncAndMemory: "sync.md",
    Testing: "testing.md",
}
