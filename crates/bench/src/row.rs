use crate::Task;

/// Rows of the table that measure the same against the same.
pub struct Group {
    /// What is measured, as the heading of their table.
    pub title: &'static str,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One line of the table: something that is measured as a ratio, and held to an aim.
pub struct Row {
    /// Its name, which no other row has.
    pub name: String,
    /// The greatest ratio that is good enough.
    pub aim: f64,
    /// Prepares the work: bodies of many megabytes exist only while they are measured.
    pub work: Box<dyn Fn() -> Work>,
}

impl Row {
    /// A row.
    pub fn new(name: impl Into<String>, aim: f64, work: impl Fn() -> Work + 'static) -> Self {
        Self {
            name: name.into(),
            aim,
            work: Box::new(work),
        }
    }
}

/// What a row measures.
pub enum Work {
    /// The CPU time of `ours` as a ratio to that of `other`.
    Time {
        /// Hardline's code.
        ours: Task,
        /// What it is held against.
        other: Task,
    },
    /// The instructions of `ours` as a ratio to those of `other`, counted by Valgrind.
    Instructions {
        /// Hardline's code.
        ours: Task,
        /// What it is held against.
        other: Task,
    },
    /// The most heap memory in use at any time, beyond what was in use before, as a ratio to a size.
    Heap {
        /// Hardline's code.
        run: Box<dyn Fn()>,
        /// The size, in bytes.
        size: usize,
    },
}
