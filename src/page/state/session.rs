//! The engine as the panes share it.

use crate::page::action::At;
use kubestep::engine::Engine;
use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;

/// The engine, shared with the panes; equal only to itself at the same version.
#[derive(Debug, Clone)]
pub struct Session {
    pub(super) engine: Rc<RefCell<Engine>>,
    version: u64,
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version && Rc::ptr_eq(&self.engine, &other.engine)
    }
}

impl Session {
    /// Wraps an engine.
    pub fn new(engine: Engine) -> Self {
        Self {
            engine: Rc::new(RefCell::new(engine)),
            version: 0,
        }
    }

    /// Mutable access to the engine, which invalidates what was rendered from it.
    pub fn change(&mut self) -> RefMut<'_, Engine> {
        self.version += 1;
        self.engine.borrow_mut()
    }

    /// Continues with another engine. The version goes on, so that nothing keeps what was drawn of the previous one.
    pub fn replace(&mut self, engine: Engine) {
        self.engine = Rc::new(RefCell::new(engine));
        self.version += 1;
    }

    /// Read access to the engine.
    pub fn engine(&self) -> Ref<'_, Engine> {
        self.engine.borrow()
    }

    /// Lets a function try something with the engine that leaves it unchanged, such as a refused action.
    pub fn attempt<T>(&self, act: impl FnOnce(&mut Engine) -> T) -> T {
        act(&mut self.engine.borrow_mut())
    }

    /// A number that grows with each change.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The current position in time.
    pub fn at(&self) -> At {
        let engine = self.engine();
        At {
            done: engine.cursor(),
            known: engine.steps().len(),
            clock: engine.now().0,
        }
    }
}
