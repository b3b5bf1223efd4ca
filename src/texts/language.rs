//! The languages in which things are explained. What Kubernetes says itself stays English.

/// `Variant "tag" "name";` for each language: its texts stand in the catalogue of its tag, `src/texts/TAG.toml`.
macro_rules! languages {
    ($($language:ident $tag:literal $name:literal;)*) => {
        /// A language of the page.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Language {
            $(#[doc = $name] $language,)*
        }

        impl Language {
            /// All languages, in the order in which a [`Text`](super::Text) holds them.
            pub const ALL: &[Self] = &[$(Self::$language),*];

            /// Its tag (BCP 47), as in the attribute `lang` and in the name of its catalogue.
            #[must_use]
            pub const fn tag(self) -> &'static str {
                match self {
                    $(Self::$language => $tag,)*
                }
            }

            /// What its speakers call it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$language => $name,)*
                }
            }
        }
    };
}

languages! {
    English "en" "English";
    Chinese "zh-CN" "简体中文";
}

impl Default for Language {
    /// The first row, whose catalogue says which texts there are.
    fn default() -> Self {
        Self::English
    }
}
