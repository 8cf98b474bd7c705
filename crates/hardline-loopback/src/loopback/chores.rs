use std::sync::Arc;

use super::site::Site;

/// Does what the homeserver has to do by itself, whenever it is due.
pub(super) async fn run(site: Arc<Site>) {
    let mut chores = site.homeserver.chores();
    loop {
        let now = (site.now)();
        site.homeserver.pass_time(now);
        let deadline = chores.borrow_and_update().deadline;
        let has_homeserver = match deadline {
            // A clock that stands still lets it wait as long again.
            Some(deadline) => tokio::time::timeout(deadline - now, chores.changed())
                .await
                .unwrap_or(Ok(())),
            None => chores.changed().await,
        };
        if has_homeserver.is_err() {
            return;
        }
    }
}
