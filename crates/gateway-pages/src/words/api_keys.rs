//! Words of the page of API keys.

super::words! { KeyWords {
    heading: "Klucze API", "API keys";
    intro_company: "Dla programów: ERP, sklepu, skryptu. Klucz działa tylko w tej firmie i tylko tak, jak mu pozwolono.",
        "For programs: an ERP, a shop, a script. A key works in this company only, and only as it may.";
    intro_gateway: "Klucze, które działają we wszystkich firmach tej bramki, i przegląd kluczy poszczególnych firm.",
        "Keys that work in all companies of this gateway, and those of single companies at a glance.";
    given: "Nowy klucz", "The new key";
    given_once: "Skopiuj go teraz: drugi raz nie zostanie pokazany. Bramka przechowuje tylko jego skrót.",
        "Copy it now: it is not shown again. The gateway keeps a hash of it only.";
    key: "Klucz", "Key";
    header: "Program wysyła go w nagłówku", "The program sends it in the header";
    address: "Adres dla programu", "Address for the program";
    no_address: "Adresu, pod którym programy widzą bramkę, nikt nie podał (ustawienie public_url).",
        "Nobody said under which address programs reach the gateway (the setting public_url).";
    name: "Nazwa", "Name";
    name_hint: "Jak program się nazywa, na przykład ERP w biurze.", "What the program is called, such as ERP at the office.";
    scopes: "Co wolno", "May do";
    unit: "Jednostka", "Unit";
    unit_whole: "cała firma", "the whole company";
    unit_hint: "Klucz jednostki czyta i obsługuje tylko zakupy przypisane tej jednostce i nie może niczego więcej, dlatego zaznacz dla niego tylko zakupy.",
        "A unit's key reads and works with the purchases of that unit and may do nothing else, so tick receive alone for it.";
    reach: "Gdzie", "Where";
    made: "Utworzony", "Made";
    used: "Ostatnio użyty", "Last used";
    never: "nigdy", "never";
    state: "Stan", "State";
    actions: "Działania", "Actions";
    rotate: "Wymień", "Exchange";
    rotate_sure: "Wymienić klucz?", "Exchange the key?";
    rotate_note: "Dotychczasowy przestaje działać od razu; nowy zostanie pokazany jeden raz.",
        "The present one is void at once; the new one is shown once.";
    revoke: "Unieważnij", "Revoke";
    revoke_sure: "Unieważnić klucz?", "Revoke the key?";
    revoke_note: "Program, który go używa, przestanie działać od razu. Nie można tego cofnąć.",
        "The program that uses it stops working at once. This cannot be undone.";
    none: "Nie ma jeszcze kluczy.", "There are no keys yet.";
    add_heading: "Utwórz klucz", "Make a key";
    add: "Utwórz klucz", "Make the key";
} }
