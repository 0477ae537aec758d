//! Words of whole families of paper: fines and bookings, debt collectors and tills, forms to fill in, references, minutes.
//!
//! They are what such papers are made of wherever they are written, in each of six languages, whoever the sender is.

use super::Row;
use crate::classification::DocumentType;

rows_by_kind!();

/// What the free professions, clubs and owners' associations call theirs, and what is billed in parts.
#[rustfmt::skip]
const INVOICE: &[Row] = &[
    ("en", 4.0, &["fee note", "statement of fees"]),
    ("de", 4.0, &["honorarnote", "liquidation", "mitgliedsbeitrag", "abschlagsrechnung", "teilrechnung"]),
    ("fr", 4.0, &["appel de fonds", "appel de cotisation", "memoire de frais"]),
    ("es", 4.0, &["cuota de socio", "cuota anual"]),
    ("nl", 2.2, &["factuurnummer", "factuurdatum"]),
    ("it", 2.2, &["numero fattura", "data fattura", "n. fattura"]),
    ("nl", 4.0, &["declaratie", "contributienota", "voorschotfactuur"])];

#[rustfmt::skip]
const MANUAL: &[Row] = &[
    // In English it heads what no maker of appliances writes.
    ("en", -2.0, &["notice"]),
    ("en", 5.0, &["safety data sheet"]),
    ("de", 5.0, &["sicherheitsdatenblatt"]),
    ("fr", 5.0, &["fiche de donnees de securite"])];

#[rustfmt::skip]
const CREDIT_NOTE: &[Row] = &[
    ("en", 5.5, &["adjustment note", "credit invoice", "refund confirmation", "refund notice"]),
    ("en", 2.5, &["credit number", "will be applied to your account", "no payment is required"]),
    ("de", 2.0, &["zur rechnung", "zu rechnung", "rucknahme", "erstatten wir", "wir erstatten", "minderung"]),
    ("fr", 5.5, &["facture rectificative", "note d'avoir"]),
    ("fr", 2.0, &["facture d'origine", "net a votre credit"]),
    ("es", 2.0, &["total a devolver", "rectifica", "devuelto"]),
    ("it", 5.5, &["nota di accredito", "nota di variazione"]),
    ("it", 2.0, &["storno", "reso merce", "merce resa", "a vostro credito"]),
    ("nl", 2.0, &["gecrediteerd", "creditbedrag", "retour"])];

/// Of tills, fuel stations, restaurants, taxis and toll roads; and of those who thank for a gift of money.
#[rustfmt::skip]
const RECEIPT: &[Row] = &[
    // What these are the receipts of is not money that was paid, or not by us.
    ("fr", -8.0, &["bon de commande", "bon de livraison"]),
    ("es", -4.0, &["recibo de salarios", "recibo de haberes", "recibo de nomina"]),
    ("en", 4.0, &["cash sale"]),
    ("de", 4.0, &["zahlungsbestatigung"]),
    ("nl", 4.0, &["betalingsbewijs"]),
    ("en", 4.0, &["vat receipt", "toll receipt", "donation receipt", "customer copy", "merchant copy"]),
    ("en", 2.0, &["table", "covers", "guests", "check #", "debit tend", "cash tend", "approval", "pump", "unleaded", "pay station", "exit paid",
        "you were served by", "no goods or services were provided", "receipt for tax purposes"]),
    ("de", 4.0, &["kundenbeleg", "handlerbeleg", "spendenbescheinigung", "spendenbestatigung", "zuwendungsbestatigung",
        "geldzuwendungen", "parkschein", "bewirtungsbeleg", "tankbeleg"]),
    ("de", 2.0, &["tisch", "bediener", "bedienung", "zapfsaule", "saule", "diesel", "kontaktlos", "zahlung erfolgt",
        "fahrpreis", "personenbeforderung", "bewirtete personen", "zuwendenden", "betrag dankend erhalten"]),
    ("fr", 4.0, &["recu fiscal", "recu de peage", "recu de don", "addition"]),
    ("fr", 2.0, &["couverts", "table", "serveur", "service compris", "titre-restaurant", "sans contact", "monnaie", "gazole",
        "sans plomb", "peage", "paye par carte bancaire"]),
    ("es", 2.0, &["mesa", "comensales", "camarero", "camarera", "surtidor", "gasolina", "gasoleo", "buen viaje",
        "menu del dia", "iva incluido", "le ha atendido"]),
    ("it", 2.0, &["tavolo", "coperti", "cameriere", "pagamento contante", "totale complessivo", "benzina", "gasolio",
        "di vendita o prestazione"]),
    ("nl", 2.0, &["tafel", "bediend door", "geholpen door", "pin", "contactloos", "klantticket", "kassa", "tot ziens"])];

/// Of debt collectors and of those who write one more friendly line first: that nothing came is all such a letter is for.
#[rustfmt::skip]
const REMINDER: &[Row] = &[
    ("en", 4.0, &["have not received payment", "have not received your payment", "not yet received payment"]),
    ("de", 4.0, &["keinen zahlungseingang", "noch nicht eingegangen", "bisher nicht beglichen", "noch nicht beglichen"]),
    ("fr", 4.0, &["demeure impayee", "reste impayee", "n'avons pas recu votre reglement", "demeurent impayees"]),
    ("es", 4.0, &["no hemos recibido el pago", "no ha abonado", "no nos consta el pago"]),
    ("it", 4.0, &["non risulta pervenuto", "non abbiamo ricevuto", "risulta insoluta", "non risulta saldata"]),
    ("nl", 4.0, &["nog geen betaling", "nog niet ontvangen", "nog niet betaald", "nog niet voldaan", "openstaande nota"]),
    ("en", 5.5, &["overdue account", "account overdue", "overdue invoice", "overdue invoices", "letter before action",
        "letter before claim", "past due account", "payment overdue", "notice of default"]),
    ("en", 2.5, &["total overdue", "seriously past due", "is overdue", "are overdue", "on stop", "debt recovery",
        "debt collection", "remains outstanding", "90+ days"]),
    ("de", 3.0, &["hauptforderung", "gesamtforderung", "mahnauslagen", "inkassovergutung", "inkassokosten",
        "forderungsmanagement", "inkassodienstleister", "mahnverfahren",
        "zahlungsaufforderung", "zahlungsruckstand", "nicht beglichen", "nicht ausgeglichen", "sind uberfallig"]),
    ("fr", 5.5, &["avis avant poursuites", "injonction de payer", "sommation de payer", "2e relance", "deuxieme relance"]),
    ("fr", 2.5, &["impayees", "mettons en demeure", "retard de paiement", "sous huit jours", "votre retard"]),
    ("es", 5.5, &["reclamacion de deuda", "aviso de deuda", "cuotas pendientes", "reclamacion de cantidad"]),
    ("es", 2.5, &["total deuda", "reclamacion judicial", "a su abono", "regularice su situacion",
        "factura pendiente", "facturas pendientes", "pendiente"]),
    ("it", 5.5, &["messa in mora", "primo sollecito", "secondo sollecito"]),
    ("it", 2.5, &["insoluto", "insoluta", "insolute", "interessi di mora", "recupero crediti", "totale dovuto", "saldare",
        "vie legali"]),
    ("nl", 5.5, &["laatste aanmaning", "ingebrekestelling", "sommatie"]),
    ("nl", 2.5, &["openstaand", "openstaande", "incassobureau", "incassokosten", "achterstallig~"])];

#[rustfmt::skip]
const QUOTE: &[Row] = &[
    ("en", 4.0, &["pleased to quote", "we can offer you", "our price for"]),
    ("de", 4.0, &["bieten wir ihnen", "das angebot gilt", "unterbreiten wir ihnen"]),
    ("fr", 4.0, &["nous vous proposons", "notre meilleure offre"]),
    ("es", 4.0, &["le ofrecemos", "nuestra mejor oferta"]),
    ("it", 4.0, &["le proponiamo", "nostra migliore offerta"]),
    ("nl", 4.0, &["bieden wij u", "kunnen wij u aanbieden"]),
    ("en", 5.0, &["bid"]),
    ("en", 2.0, &["expires", "accepted by", "does not include", "deposit to schedule"]),
    ("de", 5.0, &["unser angebot", "kostenangebot"]),
    ("de", 2.0, &["an dieses angebot", "gebunden", "ausfuhrung nach vereinbarung", "ortstermin"]),
    ("fr", 2.0, &["devis recu avant execution", "devis gratuit"]),
    ("es", 2.0, &["conforme el cliente", "no incluye"]),
    ("it", 2.0, &["validita dell'offerta", "per accettazione", "sopralluogo", "offerta valida"]),
    ("nl", 2.0, &["bij akkoord", "wij bieden u", "deze offerte", "vrijblijvend", "geldig tot"])];

/// Bookings are orders too: of a room, a seat, a car.
#[rustfmt::skip]
const ORDER: &[Row] = &[
    ("en", 4.0, &["your reservation", "reservation confirmation", "your booking", "thanks for your order"]),
    ("en", 2.0, &["booking number", "is confirmed", "free cancellation", "check-in", "check-out", "po no"]),
    ("de", 4.0, &["ihre reservierung", "ihre buchung", "reservierungsbestatigung"]),
    ("de", 2.0, &["bitte liefern sie", "kostenlose stornierung", "ihre nummer bei uns"]),
    ("fr", 4.0, &["confirmation de reservation", "votre reservation", "ordre d'achat"]),
    ("es", 4.0, &["pedido de compra", "confirmacion de reserva", "su reserva"]),
    ("it", 4.0, &["conferma di prenotazione", "ordine d'acquisto", "ordine di acquisto", "conferma ordine"]),
    ("nl", 4.0, &["bestelbon", "boekingsbevestiging", "reserveringsbevestiging"]),
    ("nl", 2.0, &["ordernummer", "besteldatum", "leverdatum", "orderdatum", "bestelnummer"])];

#[rustfmt::skip]
const DELIVERY_NOTE: &[Row] = &[
    ("en", 5.8, &["advice note", "consignment note", "despatch advice", "dispatch advice", "proof of delivery",
        "collection note", "delivery docket"]),
    ("en", 2.0, &["shortages", "driver", "to follow", "deliver to", "no prices are shown"]),
    ("de", 2.0, &["fahrer", "kommission", "leihgut", "unterschrift empfanger"]),
    ("de", 5.8, &["abholschein", "wiegeschein", "ladeliste", "abliefernachweis", "warenausgang"]),
    ("fr", 5.8, &["bon d'enlevement", "bon de retrait"]),
    ("fr", 2.0, &["signature du destinataire", "reserves", "livre a"]),
    ("es", 2.0, &["conforme, el receptor", "el receptor"]),
    ("it", 5.8, &["d.d.t.", "bolla di accompagnamento"]),
    ("it", 2.0, &["causale del trasporto", "aspetto esteriore dei beni", "colli", "vettore", "inizio trasporto",
        "luogo di destinazione", "firma destinatario"]),
    ("nl", 2.0, &["colli", "vervoerder", "chauffeur", "handtekening ontvanger"])];

/// What a statement may be of besides an account weighs as much against one as the bare word does for it.
#[rustfmt::skip]
const BANK_STATEMENT: &[Row] = &[
    ("en", -5.5, &["statement of work", "statement of overdue account", "earnings statement", "wage statement",
        "statement of fact", "statement of facts", "statement of terms"]),
    ("es", 5.5, &["liquidacion de tarjeta", "extracto de tarjeta"]),
    ("nl", 5.5, &["rekeningoverzicht"]),
    ("en", 2.4, &["beginning balance", "ending balance", "minimum payment", "credit limit"])];

#[rustfmt::skip]
const PAYSLIP: &[Row] = &[
    ("en", 2.6, &["tax code", "basic salary", "total gross pay"]),
    ("de", 2.6, &["lohnart", "steuerkl", "pers.-nr", "brutto gesamt", "stundenlohn"]),
    ("it", 2.6, &["retribuzione", "trattenute", "irpef netta", "contributi inps", "straordinario"]),
    ("nl", 2.6, &["brutoloon", "uit te betalen", "personeelsnummer", "loonheffingennr"])];

#[rustfmt::skip]
const CONTRACT: &[Row] = &[
    ("en", 5.0, &["statement of work", "data processing agreement", "terms of service",
        "memorandum of understanding", "letter of engagement"]),
    ("en", 2.2, &["effective date", "whereas", "have executed", "by and between"]),
    ("de", 2.2, &["mietsache", "genannt"]),
    ("it", 5.0, &["accordo", "scrittura privata"]),
    ("it", 2.2, &["si conviene", "di seguito", "foro competente", "recesso", "art. 1"]),
    ("nl", 5.0, &["~overeenkomst", "koopcontract"]),
    ("nl", 2.2, &["hierna te noemen", "komen het volgende overeen", "artikel 1", "aldus overeengekomen"])];

#[rustfmt::skip]
const TAX: &[Row] = &[
    ("en", 5.0, &["rate demand", "rates notice", "rateable value"]),
    ("en", 5.0, &["business license", "business rates", "vat return", "gross receipts tax"]),
    ("en", 2.0, &["tax collector", "parcel no", "net taxable value", "licensee", "gross receipts"]),
    ("de", 3.0, &["lohnsteuerbescheinigung"]),
    ("de", 5.0, &["~bescheid", "umsatzsteuer-voranmeldung"]),
    ("de", 2.0, &["verspatungszuschlag", "voranmeldung", "widerspruch", "veranlagungsstelle", "grundbeitrag"]),
    ("de", 5.0, &["veranlagungsverfugung", "steuerrechnung", "steueramt"]),
    ("de", 2.0, &["steuerbarer gewinn", "steuerbares", "geschuldete steuer", "einsprache"]),
    ("fr", 5.0, &["cotisation fonciere", "declaration de tva", "avis d'acompte"]),
    ("es", 5.0, &["impuesto sobre", "autoliquidacion", "declaracion trimestral"]),
    ("es", 2.0, &["periodo voluntario", "procedimiento de apremio", "contribuyente", "recargo", "ejercicio"]),
    ("it", 5.0, &["avviso di pagamento", "modello f24", "avviso bonario", "dichiarazione iva"]),
    ("it", 2.0, &["tributo", "contribuente", "rata unica", "tari"]),
    ("nl", 5.0, &["naheffingsaanslag", "~aangifte"]),
    ("nl", 2.0, &["bezwaar", "heffing"])];

#[rustfmt::skip]
const INSURANCE: &[Row] = &[
    ("en", 2.0, &["claim number", "date of loss", "deductible", "renewal", "underwriting", "broker"]),
    ("es", 2.0, &["indemnizacion", "informe pericial"]),
    ("fr", 2.0, &["societaire"]),
    ("it", 2.0, &["premio", "massimale", "contraente", "decorrenza", "polizza n"]),
    ("nl", 5.0, &["schadeformulier"]),
    ("nl", 2.0, &["polisnummer", "eigen risico", "verzekerd bedrag", "premie"])];

#[rustfmt::skip]
const UTILITY_BILL: &[Row] = &[
    ("de", 5.0, &["jahresverbrauchsabrechnung", "~verbrauchsabrechnung"]),
    ("de", 2.2, &["glasfaser", "verbindungsentgelte", "abschlage", "grundgebuhr"]),
    ("fr", 5.0, &["regularisation de charges", "decompte de charges"]),
    ("it", 5.0, &["bolletta telefonica"]),
    ("it", 2.2, &["oneri di sistema", "materia gas", "pdr", "canone fibra", "traffico voce"]),
    ("nl", 5.0, &["eindnota"]),
    ("nl", 2.2, &["drinkwater", "vastrecht", "meterstand begin", "leidingwater"])];

#[rustfmt::skip]
const MEDICAL: &[Row] = &[
    ("de", 5.0, &["entlassungsbericht"]),
    ("it", 6.0, &["certificato medico"]),
    ("nl", 5.0, &["~uitslag"]),
    ("en", 2.4, &["referring", "mrn", "biopsy", "i reviewed", "consultant"]),
    ("de", 2.4, &["herr kollege", "frau kollegin", "arbeitsunfahig", "goz", "goa", "zahnarztliche"]),
    ("fr", 2.4, &["hematologie", "biochimie", "prescrit par", "valide biologiquement"]),
    ("it", 2.4, &["quesito clinico", "ecografia", "direttore sanitario", "radiologo", "conclusioni"]),
    ("nl", 2.4, &["patiente", "medicatie", "werkdiagnose", "polikliniek", "collega"])];

#[rustfmt::skip]
const CERTIFICATE: &[Row] = &[
    ("en", 5.5, &["certificate of calibration", "calibration certificate", "certificate of incorporation",
        "certificate of registration", "declaration of conformity", "letter of reference",
        "employment reference"]),
    ("en", 2.6, &["is to certify", "traceable", "in good standing"]),
    ("de", 5.5, &["handelsregister b", "gewerbeanmeldung", "gewerbe-anmeldung", "konformitatserklarung", "ausdruck"]),
    ("de", 2.6, &["vollen zufriedenheit", "fur die zukunft", "stammkapital", "beschaftigt"]),
    ("fr", 5.5, &["extrait kbis", "attestation sur l'honneur", "certificat de conformite"]),
    ("fr", 2.6, &["valoir ce que de droit", "a jour de ses obligations"]),
    ("es", 5.5, &["vida laboral", "certificado de empresa"]),
    ("es", 2.6, &["al corriente", "para que conste"]),
    ("it", 5.5, &["visura", "durc", "dichiarazione di conformita"]),
    ("it", 2.6, &["si rilascia", "ha frequentato"]),
    ("nl", 5.5, &["uittreksel", "werkgeversverklaring", "bewijs van deelname"]),
    ("nl", 2.6, &["heeft deelgenomen", "met goed gevolg"])];

/// Fines, summonses and invitations are letters; so is a mail that was printed with its head.
#[rustfmt::skip]
const LETTER: &[Row] = &[
    ("", 2.5, &["sent:", "gesendet:", "verzonden:", "envoye :", "envoye:", "enviado:", "enviado el:", "inviato:"]),
    ("de", 3.0, &["einladung"]),
    ("fr", 3.0, &["invitation"]),
    ("es", 3.0, &["convocatoria", "invitacion"]),
    ("it", 3.0, &["convocazione", "invito"]),
    ("nl", 3.0, &["uitnodiging"]),
    ("en", 5.0, &["penalty charge notice", "notice to owner", "parking charge notice", "fixed penalty notice",
        "notice of intended prosecution", "parking citation", "notice of violation"]),
    ("en", 2.0, &["contravention", "penalty charge", "registered keeper", "representations"]),
    ("de", 5.0, &["bussgeldbescheid", "anhorungsbogen", "verwarnungsgeld"]),
    ("de", 2.6, &["ordnungswidrigkeit", "geldbusse"]),
    ("fr", 5.0, &["avis de contravention"]),
    ("fr", 2.6, &["amende", "amende forfaitaire", "contravention", "infraction", "exces de vitesse"]),
    ("es", 5.0, &["notificacion de denuncia", "boletin de denuncia"]),
    ("es", 2.6, &["multa", "denuncia", "infraccion", "hecho denunciado", "titular del vehiculo"]),
    ("it", 5.0, &["verbale di accertamento", "verbale di contestazione", "avviso di udienza"]),
    ("it", 2.6, &["sanzione", "infrazione", "udienza", "cancelliere", "codice della strada"]),
    ("nl", 2.6, &["boete", "overtreding", "kenteken", "zitting", "griffier", "dagvaarding"])];

/// Forms, minutes and the papers of one's own staff.
#[rustfmt::skip]
const OTHER: &[Row] = &[
    ("", 6.0, &["curriculum vitae"]),
    ("en", 4.0, &["application form", "registration form", "expense claim", "expense report", "timesheet", "checklist",
        "questionnaire", "price list", "performance report", "quarterly report", "progress report", "meeting notes"]),
    ("en", 1.5, &["work experience", "professional experience", "next meeting", "outlook"]),
    ("de", 4.0, &["~antrag", "formular", "checkliste", "fragebogen", "spesenabrechnung", "reisekostenabrechnung",
        "stundenzettel", "preisliste", "aktennotiz", "vorstandssitzung", "gesellschafterversammlung"]),
    ("de", 1.5, &["berufserfahrung", "personliche daten", "top 1", "kenntnisse"]),
    ("fr", 4.0, &["formulaire", "bulletin d'inscription", "note de frais", "reunion du", "experience professionnelle"]),
    ("fr", 1.5, &["resolution", "a l'unanimite", "president de seance"]),
    ("es", 4.0, &["formulario", "hoja de gastos", "acta de la reunion", "acta de la junta", "experiencia profesional"]),
    ("it", 6.0, &["ordine del giorno"]),
    ("it", 4.0, &["modulo", "nota spese", "verbale di assemblea", "verbale della riunione", "esperienza professionale"]),
    ("nl", 4.0, &["formulier", "~formulier", "werkervaring", "urenstaat", "prijslijst"])];
