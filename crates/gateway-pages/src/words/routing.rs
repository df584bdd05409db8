//! Words of the page of rules that assign purchases, of units, and of who sees what.

super::words! { RoutingWords {
    heading: "Komu trafiają zakupy", "Who gets which purchases";
    intro: "Reguły przypisują przychodzące zakupy ludziom i jednostkom: obowiązuje pierwsza, która pasuje. Co nie pasuje do żadnej, trafia do jednostki wskazanej na fakturze, a bez niej zostaje dla wszystkich.",
        "Rules assign arriving purchases to people and units: the first that fits holds. What fits none goes to the unit that the invoice names; without one it stays everybody's.";
    rules: "Reguły", "Rules";
    rules_none: "Nie ma jeszcze żadnej reguły.", "There is no rule yet.";
    rule_nameless: "reguła bez nazwy", "a rule without a name";
    name: "Nazwa", "Name";
    seller: "NIP sprzedawcy", "The seller's NIP";
    third: "Podmiot trzeci: NIP albo identyfikator wewnętrzny", "Third party: NIP or internal identifier";
    order_number: "Numer zamówienia zaczyna się od", "The order number begins with";
    gross_from: "Brutto od", "Gross from";
    gross_to: "Brutto do", "Gross to";
    conditions: "Warunki (puste pasuje do wszystkiego)", "Conditions (what is empty fits all)";
    persons: "Osoby", "People";
    units: "Jednostki", "Units";
    units_none: "Nie ma jeszcze żadnej jednostki.", "There is no unit yet.";
    units_note: "Jednostki gminy, oddziały albo członkowie grupy VAT. Kto należy do jednostki, widzi odtąd tylko to, co przypisane jemu albo jej.",
        "Units of a municipality, branches, or members of a VAT group. Whoever belongs to one from then on sees only what is assigned to him or to it.";
    change: "Zmień", "Change";
    save: "Zapisz", "Save";
    add_rule: "Nowa reguła", "A new rule";
    add_unit: "Nowa jednostka", "A new unit";
    add: "Dodaj", "Add";
    up: "Wyżej", "Up";
    down: "Niżej", "Down";
    remove: "Usuń", "Remove";
    remove_rule_sure: "Usunąć regułę?", "Remove the rule?";
    remove_rule_note: "To, co już przypisała, zostaje przypisane.", "What it assigned stays assigned.";
    remove_unit_sure: "Usunąć jednostkę?", "Remove the unit?";
    remove_unit_note: "Przypisane do niej zakupy przestaną być do niej przypisane. Jej członkowie nie zobaczą przez to więcej.",
        "Purchases assigned to it are assigned to it no more. Its members see no more for it.";
    apply: "Przypisz to, co jest niczyje", "Assign what is nobody's";
    apply_note: "Reguły obejmują nowe zakupy same. Tu zastosujesz je do tych, które już są i nikomu nie są przypisane.",
        "New purchases meet the rules by themselves. This applies them to those that are here and assigned to nobody.";
    identifier: "NIP albo identyfikator wewnętrzny", "NIP or internal identifier";
    identifier_hint: "Dziesięć cyfr, albo NIP, myślnik i pięć cyfr: 9999999999-99999.", "Ten digits, or a NIP, a hyphen and five digits: 9999999999-99999.";
    unit_name: "Nazwa jednostki", "The unit's name";
    members: "Kto do niej należy", "Who belongs to it";
    views: "Kto co widzi", "Who sees what";
    views_note: "Ograniczona osoba widzi tylko zakupy przypisane jej albo jej jednostkom: na listach, w rejestrze i w powiadomieniach.",
        "Somebody restricted sees only purchases assigned to him or to his units: in lists, in the register and in notices.";
    views_none: "Nie ma nikogo, kogo można ograniczyć: administratorzy widzą wszystko.", "There is nobody to restrict: administrators see everything.";
    sees_own: "Widzą tylko swoje zakupy", "See only their own purchases";
    people_cut: "Pokazano pierwszych 200 osób. Pozostałe można wskazać przez REST albo komendą bramka route.",
        "The first 200 people are shown. Others can be named over REST, or with bramka route.";
    change_rule: "Zmiana reguły", "Change of a rule";
} }
