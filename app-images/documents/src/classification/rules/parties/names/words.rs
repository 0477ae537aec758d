//! The words that names are told by; folded, `~` as in [`find`](super::super::super::fold::find).

/// Legal forms, folded, as words of their own.
#[rustfmt::skip]
pub(super) const LEGAL_FORMS: &[&str] = &["gmbh", "ag", "kg", "ohg", "e.k.", "e.k", "ek", "ug", "eg", "e.g.", "e.v.", "ev", "gbr", "kgaa", "vvag",
    "a.g.", "gmbh & co", "mbh", "se", "ltd", "limited", "llc", "l.l.c.", "inc", "inc.", "plc", "llp", "corp",
    "corporation", "co.", "company", "pty", "gmbh & co. kg", "sarl", "s.a.r.l.", "sas", "s.a.s.", "sa", "s.a.",
    "eurl", "sci", "sasu", "snc", "scop", "s.l.", "sl", "s.l.u.", "slu", "s.a.u.", "s.coop", "b.v.", "bv",
    "n.v.", "aps", "a/s", "ab", "oy", "srl", "s.r.l.", "spa", "s.p.a.", "sp. z o.o.", "lda", "pbc", "gesmbh",
    "ges.m.b.h.", "vof", "v.o.f.", "cv", "s.n.c.", "sagl", "p.c.", "pvt ltd", "partg", "partgmbb", "mbb", "e.kfr.", "kdor", "nv"];

/// Words of organisations; `~` as in `fold::find`.
#[rustfmt::skip]
pub(super) const ORGANISATIONS: &[&str] = &["bank", "~bank", "savings", "union", "society", "council", "school", "college", "university", "institute",
    "academy", "hospital", "clinic", "centre", "center", "laboratories", "laboratory", "lab", "labs",
    "insurance", "assurance", "mutual", "energy", "electric", "water", "power", "services", "service",
    "supplies", "properties", "appliances", "tools", "books", "cafe", "coffee", "restaurant", "bakery", "store",
    "shop", "market", "club", "foundation", "trust", "association", "department", "office", "treasurer",
    "collector", "revenue", "authority", "agency", "ministry", "brothers", "sons", "partners", "group",
    "studio", "solutions", "systems", "technologies", "consulting", "logistics", "motors", "garage", "hotel",
    "pharmacy", "practice", "surgery", "utilities", "telecom", "district", "county", "city of", "town of",
    "church", "museum", "library", "manufacturing", "industries", "products", "web services", "hosting",
    "airlines", "railway", "dental", "associates", "holdings", "sparkasse", "~sparkasse", "~kasse",
    "versicherung", "~versicherung", "versicherungs-ag", "assekuranz", "finanzamt", "stadtwerke",
    "gemeindewerke", "~werke", "~amt", "stadt", "gemeinde", "stadtverwaltung", "~verwaltung", "landratsamt",
    "praxis", "~praxis", "klinik", "klinikum", "krankenhaus", "labor", "mvz", "institut", "schule", "~schule",
    "hochschule", "universitat", "akademie", "bildungswerk", "berufskolleg", "handwerkskammer", "~kammer",
    "verein", "~verein", "verband", "~verband", "stiftung", "genossenschaft", "~genossenschaft", "tischlerei",
    "schreinerei", "backerei", "metzgerei", "apotheke", "buchhandlung", "autohaus", "malerbetrieb", "~betrieb",
    "elektro", "sanitar", "handel", "~handel", "markt", "~markt", "hof", "hofladen", "bibliothek",
    "~bibliothek", "bundes~", "kanzlei", "steuerberater", "notariat", "spedition", "hotel", "energie",
    "wasser~", "erdgas", "strom", "gerate", "haustechnik", "werkzeuge", "~werkzeuge", "druckerei",
    "~vermietung", "hausverwaltung", "verlag", "gartnerei", "zahnarzt~", "& sohne", "& sohn", "& co", "gebr.",
    "physiotherap~", "fahrschule", "friseur~", "banque", "caisse", "credit", "assurances", "assurance",
    "mutuelle", "prevoyance", "mairie", "commune", "direction", "tresor", "service des impots", "centre des",
    "centre", "clinique", "cabinet", "hopital", "hospitalier", "laboratoire", "biologie", "ecole", "universite",
    "lycee", "institut", "academie", "association", "federation", "fondation", "societe", "etablissements",
    "ets", "boulangerie", "epicerie", "librairie", "pharmacie", "menuiserie", "toitures", "garage", "ateliers",
    "comptoir", "compagnie", "regie", "eaux", "electricite", "energies", "energie", "gaz", "transports",
    "imprimerie", "outillage", "outils", "electromenager", "syndicat", "prefecture", "agence", "immobiliere",
    "restaurant", "maison", "freres", "et fils", "hotels", "logistique", "banco", "caja", "cooperativa",
    "seguros", "mutua", "mutualidad", "aseguradora", "previsora", "ayuntamiento", "diputacion", "agencia",
    "hacienda", "delegacion", "hospital", "clinica", "laboratorio", "laboratorios", "centro", "escuela",
    "universidad", "instituto", "academia", "asociacion", "fundacion", "federacion", "supermercado",
    "panaderia", "fruteria", "libreria", "farmacia", "carpinteria", "talleres", "suministros", "tejados",
    "comercial", "aguas", "canal de", "empresa", "electrica", "energia", "luz", "transportes", "logistica",
    "industrias", "fabricaciones", "herramientas", "electrodomesticos", "inmobiliaria", "fincas", "hijos",
    "hermanos", "limpiezas", "gestiones", "servicios", "restaurante", "bar", "club", "colegio", "ministerio",
    "registro", "tesoreria", "court", "amtsgericht", "~gericht", "staatsanwaltschaft", "justizkasse",
    "rechtsanwalte", "rechtsanwaltin", "notar", "solicitors", "attorneys", "architects", "notaire", "avocats",
    "tribunal", "cour d'appel", "greffe", "juzgado", "abogados", "notaria", "borough", "parish", "estates",
    "lettings", "rail", "railways", "airways", "travel", "broadband", "telecommunications", "communications",
    "mobile", "hydro", "academy", "nursery", "library", "theatre", "cinema", "staffing", "plumbing", "brewery",
    "clinics", "physiotherapy", "orthopedics", "pediatrics", "textiles", "exports", "traders", "landkreis",
    "bezirksamt", "burgeramt", "stadtbucherei", "bucherei", "grundschule", "kindergarten", "kita",
    "krankenkasse", "bkk", "ikk", "aok", "rentenversicherung", "brauerei", "weingut", "weinbau", "gasthof",
    "gasthaus", "zimmerei", "dachdeckerei", "glaserei", "schlosserei", "optik", "reisen", "immobilien",
    "~manufaktur", "manufaktur", "~diagnostik", "werkstatt", "telekommunikation", "elektrizitatswerk",
    "eigentumergemeinschaft", "gartenfreunde", "chauffage", "plomberie", "boulangeries", "charpente",
    "ferronnerie", "gestoria", "asesoria", "azulejos", "reformas", "ferreteria", "meson", "colegio",
    "comercializadora", "conservas", "gestiones de", "comune", "provincia", "regione", "banca", "officine",
    "officina", "azienda", "farmacia", "trattoria", "ristorante", "scuola", "ospedale", "agenzia", "fratelli",
    "ditta", "caseificio", "gemeente", "belastingdienst", "stichting", "vereniging", "drukkerij", "kwekerij",
    "bakkerij", "slagerij", "rechtbank", "ziekenhuis", "makelaardij", "tandartspraktijk", "~bedrijf", "~praktijk",
    "zonen"];

/// What makes a line something else: headings, labels, greetings, addresses.
#[rustfmt::skip]
pub(super) const NOT_A_NAME: &[&str] = &["invoice", "invoice no", "credit note", "receipt", "reminder", "quotation", "quote", "estimate",
    "purchase order", "order", "delivery note", "agreement", "contract", "statement", "payslip", "certificate",
    "manual", "guide", "page", "date", "dear", "total", "subtotal", "amount", "description", "qty", "quantity",
    "thank", "period", "policy", "your", "notice", "bill", "report", "summary", "details", "number", "no.",
    "tel", "phone", "fax", "vat", "payment", "customer", "account", "patient", "employee", "instructions",
    "description", "registered", "price", "balance", "lease", "this", "the following", "please", "we", "terms",
    "diploma", "calculation", "renewal", "charges", "opening", "card", "confirmation", "slip", "rechnung",
    "~rechnung", "gutschrift", "quittung", "mahnung", "angebot", "bestellung", "lieferschein", "vertrag",
    "~vertrag", "auszug", "kontoauszug", "abrechnung", "~abrechnung", "bescheid", "zeugnis", "anleitung",
    "~anleitung", "seite", "datum", "sehr geehrte~", "betrag", "summe", "menge", "bezeichnung", "artikel",
    "pos", "tel.", "telefon", "ust-idnr", "steuernummer", "kunden-nr", "kundennummer", "patient", "geb.",
    "zeitraum", "bescheinigung", "~bescheinigung", "~zeugnis", "~urkunde", "zertifikat", "~nummer", "konto", "iban", "bic", "betreff", "hrb",
    "geschaftsfuhrer", "ihre", "ihr", "wir", "mit freundlichen", "befund", "befundbericht",
    "versicherungsschein", "beitragsrechnung", "erinnerung", "~bestatigung", "an", "hiermit", "bitte",
    "kostenvoranschlag", "preis", "leistung", "facture", "avoir", "recu", "relance", "devis", "bon de",
    "commande", "contrat", "releve", "bulletin", "avis", "attestation", "notice", "mode d'emploi", "objet",
    "montant", "designation", "madame", "monsieur", "siret", "tva", "rcs", "n°", "compte", "periode",
    "votre", "nous", "salarie", "total", "page", "client", "reference", "adresse", "detail", "diplome",
    "resultats", "certificat", "numero", "quantite", "qte", "factura", "abono", "recibo", "presupuesto",
    "pedido", "albaran", "contrato", "extracto", "nomina", "certificado", "titulo", "asunto", "importe",
    "fecha", "cliente", "nif", "cif", "inscrita", "registro mercantil", "periodo", "su", "paciente", "estimado",
    "estimada", "forma de pago", "cantidad", "concepto", "informe", "aviso", "poliza", "resultados", "oferta",
    "recordatorio", "guia", "trabajador", "se certifica", "certifica que", "certify", "certifies", "awarded to",
    "newsletter", "council tax", "minutes", "agenda", "ticket", "e-ticket", "itinerary", "booking", "tarif", "protokoll", "einladung",
    "billet", "billet electronique", "gracias", "merci", "danke", "thanks", "fait", "registergericht", "handelsregister",
    "attestiert", "hearing", "claim", "ladung", "aktenzeichen", "geschaftsnummer", "bussgeldbescheid", "fattura", "bolletta",
    "oggetto", "totale", "importo", "pagamento", "descrizione", "quantita", "documento", "factuur", "bedrag", "totaal", "te betalen", "premie", "~premie",
    "omschrijving", "betreft", "loonstrook", "aanslag~", "confirmation from", "sheet", "folio", "packing slip", "purchase",
    "empfangsschein", "zahlteil", "authorised", "authorized", "signatory", "signature", "unterschrift", "original",
    "bestatigt", "bescheinigt", "attestons", "certifie", "united states", "usa", "united kingdom", "germany",
    "deutschland", "france", "espana", "spain", "schweiz", "suisse", "osterreich", "austria", "belgique",
    "ireland", "canada", "nederland", "italia"];

/// What a sentence has, and no name.
#[rustfmt::skip]
pub(super) const VERBS: &[&str] = &["is", "are", "was", "were", "has", "have", "will", "can", "may", "must", "ist", "sind", "wird", "werden", "wurde",
    "hat", "haben", "kann", "konnen", "est", "sont", "sera", "ont", "es", "son", "esta", "ha", "sono", "zijn", "wordt",
    "moet", "kunt"];

/// With what a person is addressed.
#[rustfmt::skip]
pub(super) const GREETINGS: &[&str] = &["hello", "hi", "hallo", "moin", "liebe", "lieber", "guten tag", "sehr geehrte~", "dear", "bonjour", "cher",
    "chere", "hola", "estimad~", "gentile", "egregio", "beste", "geachte", "met vriendelijke", "distinti saluti", "cordiali saluti",
    "kind regards", "best wishes", "mit freundlichen", "freundliche", "cordialement", "atentamente", "yours"];

/// Persons and streets, with which a sender's line seldom starts.
#[rustfmt::skip]
pub(super) const PERSONS: &[&str] = &["mr", "mrs", "ms", "miss", "herr", "herrn", "frau", "familie", "m.", "mme", "mlle", "monsieur", "madame",
    "sr.", "sra.", "d.", "dna.", "don", "dona", "sr", "sra", "dhr.", "de heer", "mevrouw", "mevr.", "sig.", "sig.ra",
    "egr. sig.", "dott."];

#[rustfmt::skip]
pub(super) const STREETS: &[&str] = &["street", "road", "lane", "avenue", "ave", "drive", "row", "suite", "unit", "floor", "po box", "p.o. box",
    "strasse", "~strasse", "~str.", "weg", "~weg", "platz", "~platz", "allee", "~allee", "postfach", "gasse",
    "~gasse", "rue", "boulevard", "bd", "place de", "chemin", "cedex", "calle", "c/", "avda.", "avenida",
    "plaza", "paseo", "apartado", "blvd", "way", "via", "viale", "piazza", "p.zza", "corso", "~straat", "~laan", "~plein", "~kade", "postbus",
    "pol. ind.", "ctra.", "za des", "pkwy", "close", "crescent", "impasse", "allee des"];

/// What those are who sign for an organisation.
#[rustfmt::skip]
pub(super) const ROLES: &[&str] = &["inh.", "inhaber~", "prop.", "proprietor", "gerant", "manager", "director", "head of", "officer", "headteacher", "secretary", "clerk", "assistant", "leiter", "leiterin",
    "direktor", "rektor", "rektorin", "vorsitzende~", "sachbearbeiter~", "ansprechpartner~", "burgermeister", "der burgermeister",
    "der landrat", "directeur", "directrice", "le maire", "adjointe~", "greffier", "gerente", "responsable", "responsabile",
    "zimmerermeister", "meister", "team", "customer service", "kundenservice", "kundencenter", "kundenzentrum", "service clients",
    "servizio clienti", "klantenservice", "booking team", "departamento", "abteilung", "sachgebiet", "referat", "service de"];
