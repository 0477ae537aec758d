//! The words beside dates, by what they say; folded.

#[rustfmt::skip]
pub(super) const ISSUED: &[&str] = &["invoice date", "date of issue", "issue date", "issued", "issued on", "date issued", "statement date",
    "bill date", "letter date", "quote date", "quotation date", "estimate date", "credit note date",
    "memo date", "receipt date", "date of this notice", "notice date", "mailing date", "date of invoice",
    "po date", "ordered on", "awarded on", "report date", "reported", "date of report", "prepared", "made on",
    "is made on", "entered into on", "certified on", "despatch date", "dispatch date", "ship date",
    "shipped on", "given this", "signed on", "effective date", "as of", "printed on", "invoiced on",
    "billing date", "date raised", "tax date", "booked on", "placed on", "date of bill", "date of notice", "gebucht am", "reserve le", "reservado el", "data fattura",
    "factuurdatum", "dagtekening", "notadatum", "rechnungsdatum", "ausstellungsdatum", "belegdatum",
    "ausgestellt am", "erstellt am", "angebotsdatum", "bescheiddatum", "mahndatum", "auszugsdatum",
    "briefdatum", "befunddatum", "bestelldatum", "versanddatum", "auszug vom", "abrechnung vom",
    "datum der rechnung", "ausgefertigt am", "auftragsdatum", "lieferscheindatum", "druckdatum",
    "unterzeichnet am", "erstellungsdatum", "gutschriftsdatum", "dokumentdatum", "date de facture",
    "date de facturation", "date d'emission", "date d'etablissement", "emise le", "etablie le", "etabli le",
    "emis le", "edite le", "date d'edition", "editee le", "imprimee le", "signee le", "arrete au", "fait le", "signe le", "date de commande",
    "passee le", "expedie le", "date de l'extrait", "delivre le", "date du devis",
    "date du document", "date du releve", "date d'expedition", "date de l'avis",
    "fecha de emision", "fecha de expedicion", "fecha factura", "fecha de factura", "fecha de la factura",
    "emitida el", "emitido el", "expedida el", "fecha del extracto", "fecha del informe", "elaborada el",
    "fecha de pedido", "realizado el", "firmado el", "fecha del documento", "fecha de salida",
    "fecha del presupuesto", "fecha de la oferta", "fecha de envio", "fecha de impresion", "expedido el",
    "data emissione", "data di emissione", "data documento", "data del documento", "emessa il", "emesso il",
    "rilasciato il", "rilasciata il", "data ordine", "data preventivo", "data contratto", "data di stampa",
    "afgegeven op", "opgemaakt op", "datum factuur", "besteldatum", "offertedatum", "datum afgifte", "verzonden op",
    "data de emissao", "data da fatura", "data da emissao", "emitida em", "emitido em", "data wystawienia",
    "wystawiono", "fakturadatum", "fakturadato", "fakturadag", "utstedt", "udstedt", "utfardat", "udstedelsesdato",
    "utfardandedatum", "bestallningsdatum", "ordredato", "date of letter", "date of certificate", "date of award",
    "contract date", "agreement date", "date of agreement", "date of contract", "order placed", "order placed on",
    "date of order", "date of issuance", "issued this", "verfasst am", "erteilt am", "bon vom", "beleg vom",
    "vertragsdatum", "verkaufsdatum", "bestellt am", "datum des bescheids", "date du contrat",
    "date de signature", "date du recu", "date du ticket", "etabli a la date du", "delivree le", "imprime le",
    "commande passee le", "fecha del contrato", "fecha de firma", "fecha del recibo", "fecha del pedido",
    "fecha del certificado", "fecha de elaboracion", "emision", "emitida", "expedido en",
    "sent:", "gesendet:", "verzonden:", "inviato:", "envoye :", "envoye:", "enviado:", "enviado el:", "orderdatum", "fecha de la notificacion",
    "fecha de notificacion", "data dell'avviso", "data avviso", "data fattura", "emessa a", "rilasciato a", "abruf vom",
    "stand vom", "ausgabedatum", "datum van afgifte", "datum brief", "briefdatum", "verzenddatum", "aangemaakt op",
    "datum van uitgifte", "date raised", "date printed", "date prepared", "date created", "date sent", "document date",
    "order placed on", "fecha de firma", "fecha de la carta", "date de la lettre", "date du courrier",
    "date de delivrance", "festgestellt am", "freigegeben am", "validiert am", "valide le", "data referto",
    "data del referto", "fecha de validacion"];

pub(super) const DATE: &[&str] = &[
    "date",
    "datum",
    "fecha",
    "data",
    "den",
    "dato",
    "dag",
    "mise en recouvrement",
    "date de mise en recouvrement",
];

#[rustfmt::skip]
pub(super) const PAID: &[&str] = &["pay date", "payment date", "date paid", "paid on", "date of payment", "zahldatum", "zahlungsdatum",
    "bezahlt am", "gezahlt am", "zahltag", "date de paiement", "paye le", "date du paiement", "regle le",
    "fecha de pago", "pagado el", "fecha de abono", "transaction date", "kaufdatum", "date of purchase",
    "purchase date", "fecha de compra", "comprado el", "date d'achat", "achete le", "data di acquisto", "data acquisto",
    "acquistato il", "aankoopdatum", "gekocht op", "gekauft am", "bought on", "purchased on", "betaaldatum", "betaald op",
    "pagato il", "data pagamento", "data di pagamento"];

pub(super) const OF: &[&str] = &[
    "vom",
    "of",
    "dated",
    "datee",
    "con fecha",
    "de fecha",
    "en date du",
    "mit datum vom",
    "du",
    "de",
    "del",
    "on",
    "am",
    "le",
    "el",
    "this",
    "a",
];

#[rustfmt::skip]
pub(super) const DUE: &[&str] = &["due date", "date due", "due", "due by", "due on", "payment due", "pay by", "payable by", "before", "by",
    "until", "valid until", "no later than", "expires", "expires on", "expiry date", "deliver by",
    "estimated delivery", "will be collected on", "collect it by", "first half due", "deadline", "valid to",
    "renewal date", "payment deadline", "fallig am", "fallig", "falligkeit", "falligkeitsdatum", "zahlbar bis",
    "bis zum", "bis spatestens", "gultig bis", "spatestens", "bis", "liefertermin", "lieferung", "erstmals am",
    "zahlungsziel", "buchen", "wir buchen", "abbuchung", "hauptfalligkeit", "ablaufdatum", "zu zahlen bis",
    "zahlungstermin", "termin", "eingezogen", "beginnt am", "ab dem", "ab", "vertragsbeginn", "echeance",
    "date d'echeance", "avant le", "jusqu'au", "au plus tard le", "date limite", "date limite de paiement",
    "a payer avant", "a regler avant", "valable jusqu'au", "preleve le", "prelevement le", "a compter du",
    "a partir du", "limite de paiement", "date de prelevement", "expire le", "vencimiento",
    "fecha de vencimiento", "vence", "vence el", "antes del", "valido hasta", "hasta el", "hasta",
    "fecha limite", "fecha de cargo", "se cargara", "desde el", "a partir del", "fecha de caducidad",
    "entrara en vigor el", "plazo", "from monday", "begins on", "commences on", "beginning", "moving on",
    "ending", "starting",
    "scadenza", "data di scadenza", "entro il", "vervaldatum", "uiterlijk", "te betalen voor", "geldig tot",
    "vencimento", "data de vencimento", "data limite", "valido ate", "termin platnosci", "forfallodatum",
    "forfallsdato", "forfaldsdato", "betalingsfrist", "att betala senast", "oplaadbaar tot", "pay before",
    "please pay by", "best before", "zahlbar",
    "vervaldag", "uiterste betaaldatum", "te betalen voor", "te voldoen voor", "leverdatum", "gewenste leverdatum", "leveren voor",
    "valido fino al", "valida fino al", "scade il", "da pagare entro", "entro e non oltre il", "consegna entro", "consegna richiesta",
    "delivery by", "required by", "required date", "due for renewal on", "renews on", "must be paid by", "return by",
    "wunschtermin", "wunschliefertermin", "lieferdatum gewunscht", "ruckgabe bis", "zu begleichen bis", "zahlungsfrist",
    "livraison souhaitee le", "date limite de reglement", "date requise", "a retourner avant le", "valable jusqu'au",
    "fecha limite de pago", "entrega prevista", "valida hasta", "caduca el", "no mas tarde del"];

#[rustfmt::skip]
pub(super) const REFERENCE: &[&str] = &["order date", "your letter of", "letter of", "letters of", "collected", "specimen collected", "hire date",
    "start date", "admitted", "visit", "date of service", "service date", "delivered on", "reminder of",
    "enquiry of", "previous", "held from", "agreed on", "discussed", "since", "delivery on", "inquiry of",
    "received on", "last payment", "supply date", "as of date of", "joined", "leistungsdatum", "erinnerung vom",
    "ihr schreiben vom", "schreiben vom", "anfrage vom", "ihre anfrage", "untersuchung", "eintritt",
    "eintrittsdatum", "probeneingang", "vorstellung am", "besichtigung am", "lieferung vom", "leistung vom",
    "bescheid wird", "finanzamt vom", "aufnahme", "entnahme", "abnahmedatum", "stationar vom",
    "ihre nachricht vom", "termin vom", "bestellt am", "beitritt", "votre demande", "demande du", "courrier du",
    "rappels du", "visite du", "entree", "date d'entree", "prelevement du", "hospitalisation du", "anciennete",
    "releve du compteur", "prestation du", "prestation", "votre lettre du", "intervention du",
    "date de prestation", "base d'imposition au", "sejour", "date de prelevement de l'echantillon",
    "albaran de", "su carta", "carta del", "solicitud del", "solicitud de", "visita del", "avisos del",
    "toma de muestra", "ingreso el", "antiguedad", "fecha de operacion", "la factura", "presentada el",
    "lectura del contador", "emitida el pedido", "fecha de alta", "fecha de ingreso", "su escrito",
    "fecha de prestacion", "fecha de antiguedad"];

#[rustfmt::skip]
pub(super) const PERIOD: &[&str] = &["period", "statement period", "billing period", "from", "to", "between", "through", "pay period",
    "period ending", "week ending", "year ended", "zeitraum", "abrechnungszeitraum", "von", "leistungszeitraum",
    "periode du", "periode", "au", "abonnement du", "periodo", "periodo de facturacion", "al", "desde",
    "bill period", "period of cover", "charges for", "opening balance on", "opening balance",
    "beginning balance", "balance brought forward", "alter kontostand", "alter saldo", "ancien solde", "solde initial",
    "saldo anterior", "saldo iniziale", "beginsaldo", "verbrauchszeitraum", "anfangssaldo", "saldo inicial a",
    "saldo inicial", "vigencia",
    "tax year", "and", "und", "et", "y", "periodo de liquidacion", "entre le", "as at", "geliefert"];

#[rustfmt::skip]
pub(super) const BIRTH: &[&str] = &["date of birth", "dob", "d.o.b", "born", "born on", "geb", "geb.", "geburtsdatum", "geboren", "geboren am",
    "ne le", "nee le", "ne(e) le", "date de naissance", "naissance", "fecha de nacimiento", "f. nacimiento",
    "nacimiento", "nacido el", "nacida el", "nacido", "geburtstag", "birth date", "birthdate",
    "nato il", "nata il", "data di nascita", "geboren op", "geboortedatum", "nascido em", "data de nascimento", "ur.",
    "data urodzenia", "fodd", "fodselsdato", "geb.datum"];

/// What stands beside the last balance of a statement, whose day is that of the statement.
#[rustfmt::skip]
pub(super) const CLOSING: &[&str] = &["closing balance on", "closing balance", "ending balance on", "ending balance", "balance carried forward",
    "neuer kontostand", "neuer saldo", "endsaldo", "schlusssaldo", "kontostand am", "nouveau solde", "solde final",
    "solde crediteur au", "solde debiteur au", "saldo final a", "saldo final", "saldo actual", "saldo finale", "saldo finale al",
    "eindsaldo", "statement closing date"];

/// What names a statement: of an account in that of a bank, of a meter in a bill.
pub(super) const STATEMENTS: &[&str] = &["releve du"];

pub(super) const DELIVERY: &[&str] = &[
    "delivery date",
    "date of delivery",
    "lieferdatum",
    "date de livraison",
    "fecha de entrega",
    "livraison",
    "livraison souhaitee",
    "lieferung am",
    "delivered",
];

pub(super) const ORDERS: &[&str] = &[
    "order",
    "your order",
    "purchase order",
    "bestellung",
    "ihre bestellung",
    "auftrag",
    "ihr auftrag",
    "commande",
    "votre commande",
    "pedido",
    "su pedido",
];

pub(super) const INVOICES: &[&str] = &[
    "invoice",
    "original invoice",
    "our invoice",
    "rechnung",
    "unsere rechnung",
    "zu rechnung",
    "stromrechnung",
    "facture",
    "sur facture",
    "la facture",
    "factura",
    "la factura",
];

pub(super) const QUOTES: &[&str] =
    &["quotation", "angebot", "unser angebot", "devis", "presupuesto", "oferta"];

pub(super) const CONTRACTS: &[&str] = &["vertrag", "mietvertrag", "agreement", "contrat", "contrato"];

/// Words of lines that tell a span.
pub(in super::super) const PERIODS: &[&str] = &[
    "period",
    "zeitraum",
    "periode",
    "periodo",
    "leistungszeitraum",
    "abrechnungszeitraum",
    "statement period",
    "billing period",
    "pay period",
    "vigencia",
    "laufzeit",
    "verbrauchszeitraum",
];
