//! The conversations in SQLite: a row each, with the flow as JSON. A worker claims rows for a while; if it dies, others claim
//! them again.
use std::path::Path;
use std::time::Duration;

use hardline::flow::SendQueue;
use hardline::types::Timestamp;
use rusqlite::{Connection, TransactionBehavior, params};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// For how long a claim holds: longer than a worker is busy with its rows, and no longer than somebody may wait for an answer.
const CLAIM: Duration = Duration::from_secs(10);

pub(crate) struct Store(Connection);

/// The right to run a conversation, which this process alone has until the claim is over.
pub(crate) struct Claim {
    id: i64,
    until: i64,
}

impl Store {
    /// Opens the database, and makes it if it is not there.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(60))?;
        // What is committed outlasts the process. For the machine's end too, it takes `synchronous = FULL`.
        connection.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = NORMAL;
             CREATE TABLE IF NOT EXISTS conversation (
                 id INTEGER PRIMARY KEY,
                 flow TEXT NOT NULL,
                 due INTEGER, -- when it has something to do; NULL if it has not
                 claimed_until INTEGER NOT NULL DEFAULT 0
             );
             CREATE INDEX IF NOT EXISTS by_due ON conversation (due) WHERE due IS NOT NULL;",
        )?;
        Ok(Self(connection))
    }

    /// Adds conversations: those have something to do whose queue holds something.
    pub(crate) fn insert(&mut self, flows: impl IntoIterator<Item = SendQueue>) -> Result<()> {
        let transaction = self.0.transaction()?;
        for flow in flows {
            let due = (!flow.is_empty()).then_some(0);
            let flow = serde_json::to_string(&flow)?;
            transaction.execute(
                "INSERT INTO conversation (flow, due) VALUES (?1, ?2)",
                params![flow, due],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// Claims up to so many conversations that have something to do.
    pub(crate) fn claim(&mut self, now: Timestamp, most: u32) -> Result<Vec<(Claim, SendQueue)>> {
        let (now, until) = (millis(now)?, millis(now + CLAIM)?);
        let transaction = (self.0).transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut claim = transaction.prepare(
            "UPDATE conversation SET claimed_until = ?1 WHERE id IN (
                 SELECT id FROM conversation WHERE due <= ?2 AND claimed_until <= ?2 ORDER BY due LIMIT ?3
             ) RETURNING id, flow",
        )?;
        let rows = claim.query_map(params![until, now, most], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?))
        })?;
        let claimed = rows.map(|row| {
            let (id, flow) = row?;
            let flow = serde_json::from_str(&flow)?;
            Ok((Claim { id, until }, flow))
        });
        let claimed: Result<Vec<_>> = claimed.collect();
        drop(claim);
        transaction.commit()?;
        claimed
    }

    /// Saves a conversation that has something to do at that time. Not if the claim was lost: then another worker has it, and
    /// this one must not go on.
    pub(crate) fn save(
        &self,
        claim: &Claim,
        flow: &SendQueue,
        due: Option<Timestamp>,
    ) -> Result<bool> {
        let flow = serde_json::to_string(flow)?;
        let due = due.map(millis).transpose()?;
        let saved = self.0.execute(
            "UPDATE conversation SET flow = ?1, due = ?2 WHERE id = ?3 AND claimed_until = ?4",
            params![flow, due, claim.id, claim.until],
        )?;
        Ok(saved == 1)
    }

    /// Gives a conversation back.
    pub(crate) fn release(&self, claim: &Claim) -> Result<()> {
        self.0.execute(
            "UPDATE conversation SET claimed_until = 0 WHERE id = ?1 AND claimed_until = ?2",
            params![claim.id, claim.until],
        )?;
        Ok(())
    }

    /// How many conversations have something to do, now or later.
    pub(crate) fn count_due(&self) -> Result<u32> {
        let count = "SELECT count(*) FROM conversation WHERE due IS NOT NULL";
        Ok(self.0.query_row(count, [], |row| row.get(0))?)
    }
}

fn millis(time: Timestamp) -> Result<i64> {
    Ok(i64::try_from(time.as_millis())?)
}
