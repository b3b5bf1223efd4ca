//! The languages in which things are explained. What Kubernetes says itself stays English.

/// The languages of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// 简体中文.
    Chinese,
}
