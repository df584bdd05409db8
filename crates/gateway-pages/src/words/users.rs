//! Words of the pages about users.

super::words! { UserWords {
    heading: "Użytkownicy", "Users";
    who: "Kto", "Who";
    roles: "Role", "Roles";
    no_roles: "bez roli: nic nie widzi", "no role: sees nothing";
    last_login: "Ostatnie logowanie", "Last login";
    never: "nigdy", "never";
    state: "Stan", "State";
    active: "aktywny", "active";
    locked: "wyłączony", "switched off";
    factor: "drugi składnik", "second factor";
    no_factor: "tylko hasło", "password only";
    you: "to Ty", "you";
    none: "Nie ma jeszcze nikogo.", "There is nobody yet.";
    add_heading: "Nowy użytkownik", "A new user";
    login: "Nazwa do logowania", "Login name";
    login_hint: "Małe litery, cyfry i znaki . _ - @ +; może to być adres e-mail.", "Lower-case letters, digits and . _ - @ +; an e-mail address will do.";
    name: "Imię i nazwisko", "Name";
    password: "Hasło na początek", "Password to begin with";
    password_hint: "Co najmniej 12 znaków. Użytkownik zmieni je sam na stronie Konto.", "12 characters or more. The user changes it on the page Account.";
    reach: "W której firmie", "In which company";
    role: "Rola", "Role";
    add: "Dodaj", "Add";
    back: "Wszyscy użytkownicy", "All users";
    since: "Od", "Since";
    change_roles: "Role w firmach", "Roles in companies";
    add_role: "Kolejna rola", "Another role";
    save: "Zapisz", "Save";
    no_role: "– bez roli –", "– no role –";
    role_in: "Rola:", "Role in";
    what_roles_mean: "Co wolno w której roli", "What each role may do";
    lock: "Wyłącz logowanie", "Switch the login off";
    lock_note: "Wyłączony użytkownik nie zaloguje się, a jego obecne logowania kończą się od razu. To, co zrobił, zostaje.",
        "Who is switched off cannot log in, and is logged out at once. What was done stays.";
    unlock: "Włącz logowanie", "Switch the login on";
    access: "Dostęp", "Access";
    reset_heading: "Nowe hasło", "A new password";
    reset_note: "Gdy ktoś zapomniał hasła albo stracił telefon: drugi składnik zostaje wyłączony, a wszystkie logowania się kończą.",
        "When somebody forgot the password or lost the phone: the second factor is switched off, and all logins end.";
    new_password: "Nowe hasło", "New password";
    reset_sure: "Tak, zakończ wszystkie logowania tej osoby", "Yes, end all logins of this person";
    reset: "Ustaw hasło", "Set the password";
    remove: "Usuń użytkownika", "Remove the user";
    remove_sure: "Usunąć tego użytkownika?", "Remove this user?";
    remove_note: "W dzienniku i historii faktur zostaje jego nazwa. Nie można tego cofnąć; zamiast tego można wyłączyć logowanie.",
        "The name stays in the log and in histories of invoices. This cannot be undone; the login can be switched off instead.";
} }
