//! Users: who may log in, and what they may do where.

use askama::Template;

use super::parts::{Choice, Tab};
use crate::PageError;
use crate::frame::{Frame, Section};
use crate::words::UserWords;

/// What a person is in a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRow {
    /// `*`, or the company's context.
    pub reach: String,
    /// The same for people.
    pub reach_text: String,
    /// The roles there are, the person's own chosen.
    pub roles: Vec<Choice>,
}

impl RoleRow {
    fn chosen(&self) -> &str {
        self.roles.iter().find(|role| role.is_chosen).map_or("", |role| role.label.as_str())
    }
}

/// A person who may log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// What the person logs in as.
    pub login: String,
    /// The person's name; may be empty.
    pub name: String,
    /// Where the person's page is.
    pub href: String,
    /// What the person is, and where.
    pub roles: Vec<RoleRow>,
    /// Whether the person may log in.
    pub is_active: bool,
    /// Whether a code is asked for besides the password.
    pub has_second_factor: bool,
    /// When the person last logged in, written out.
    pub last_login: Option<String>,
    /// Since when the person is known, written out.
    pub since: String,
    /// Whether it is who looks.
    pub is_self: bool,
}

/// What was filled in before, without the password.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewUserForm {
    /// The login name.
    pub login: String,
    /// The name.
    pub name: String,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsersView {
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// The users, by login.
    pub users: Vec<UserRow>,
    /// What was filled in before.
    pub form: NewUserForm,
    /// The roles, with what each may do.
    pub roles: Vec<Choice>,
    /// All companies, and each.
    pub reaches: Vec<Choice>,
    /// What went wrong with the form.
    pub problem: Option<String>,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserView {
    /// The parts of the settings.
    pub tabs: Vec<Tab>,
    /// Who.
    pub user: UserRow,
    /// The roles that can be given.
    pub roles: Vec<Choice>,
    /// The companies in which the person has no role yet, and all companies.
    pub reaches: Vec<Choice>,
    /// What went wrong with the new password.
    pub problem: Option<String>,
}

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage<'a> {
    f: &'a Frame,
    v: &'a UsersView,
    t: &'static UserWords,
}

#[derive(Template)]
#[template(path = "user.html")]
struct UserPage<'a> {
    f: &'a Frame,
    v: &'a UserView,
    t: &'static UserWords,
}

/// The list of users.
///
/// # Errors
/// [`PageError`].
pub fn users(frame: &Frame, view: &UsersView) -> Result<String, PageError> {
    Ok(UsersPage { f: frame, v: view, t: UserWords::of(frame.lang) }.render()?)
}

/// One user.
///
/// # Errors
/// [`PageError`].
pub fn user(frame: &Frame, view: &UserView) -> Result<String, PageError> {
    Ok(UserPage { f: frame, v: view, t: UserWords::of(frame.lang) }.render()?)
}
