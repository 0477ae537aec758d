//! Papers of trade, banks and wages.

use super::Row;

#[rustfmt::skip]
pub(super) const INVOICE: &[Row] = &[
    ("en", 3.4, &["invoice", "tax invoice", "vat invoice", "commercial invoice", "proforma invoice"]),
    ("en", 2.2, &["invoice number", "invoice no", "invoice date", "invoice #", "invoice total"]),
    ("en", 1.0, &["bill to", "unit price", "subtotal", "sub-total", "amount due", "balance due",
        "payment terms", "vat", "sales tax", "due date", "payable within", "remittance"]),
    ("de", 3.4, &["rechnung", "~rechnung", "honorarrechnung", "faktura", "teilrechnung",
        "schlussrechnung"]),
    ("de", 2.2, &["rechnungsnummer", "rechnungs-nr", "rechnung nr", "rechnungsdatum", "rechnungsnr",
        "rechnungsbetrag", "rechnungsempfanger"]),
    ("de", 1.0, &["mwst", "umsatzsteuer", "ust", "zahlbar", "zahlungsziel", "nettobetrag", "netto",
        "einzelpreis", "wir berechnen", "gesamtbetrag", "leistungszeitraum", "zwischensumme", "endsumme",
        "skonto"]),
    ("fr", 3.4, &["facture", "note d'honoraires", "facture proforma"]),
    ("fr", 2.2, &["numero de facture", "facture n", "facture no", "date de facture", "date de facturation",
        "n° de facture"]),
    ("fr", 1.0, &["tva", "total ht", "total ttc", "net a payer", "prix unitaire", "montant ht", "echeance",
        "penalites de retard", "p.u.", "designation"]),
    ("es", 3.4, &["factura", "factura simplificada", "factura proforma", "minuta"]),
    ("es", 2.2, &["numero de factura", "factura n", "n.º factura", "nº factura", "n° factura",
        "fecha de factura", "fecha factura", "total factura"]),
    ("es", 1.0, &["iva", "i.v.a.", "base imponible", "vencimiento", "forma de pago", "precio unitario",
        "importe", "cuota iva"])];

#[rustfmt::skip]
pub(super) const CREDIT_NOTE: &[Row] = &[
    ("en", 5.5, &["credit note", "credit memo", "credit memorandum", "refund note"]),
    ("en", 2.0, &["total credit", "amount credited", "original invoice", "credited", "applies to invoice",
        "refunded"]),
    ("de", 5.5, &["gutschrift", "rechnungsgutschrift", "stornorechnung", "gutschriftsanzeige", "storno"]),
    ("de", 2.0, &["gutschriftbetrag", "gutschriftsbetrag", "gutschrift-nr", "gutschriftsnummer",
        "schreiben ihnen", "gutgeschrieben", "stornieren wir", "erstattungsbetrag", "ruckerstattung"]),
    ("fr", 5.5, &["avoir", "facture d'avoir", "note de credit"]),
    ("fr", 2.0, &["avoir n", "montant de l'avoir", "a votre credit", "annulation de la facture", "sur facture",
        "remboursee", "remboursement"]),
    ("es", 5.5, &["nota de credito", "factura rectificativa", "nota de abono", "factura de abono", "abono"]),
    ("es", 2.0, &["rectifica la factura", "total abono", "importe abonado", "se anula la factura", "devolucion",
        "factura rectificada", "reintegro"])];

#[rustfmt::skip]
pub(super) const RECEIPT: &[Row] = &[
    ("en", 4.0, &["receipt", "payment receipt", "sales receipt", "cash receipt", "proof of payment"]),
    ("en", 2.0, &["cashier", "till", "change due", "change", "cash", "visa", "mastercard", "contactless",
        "received with thanks", "thank you for shopping", "thank you come again", "amount paid",
        "amount tendered", "payment received", "card payment", "your receipt", "tip", "server"]),
    ("de", 4.0, &["quittung", "kassenbon", "kassenbeleg", "bon", "zahlungsbeleg", "spendenquittung",
        "kaufbeleg", "kassenzettel", "barquittung", "fahrschein"]),
    ("de", 2.0, &["kasse", "bar", "ruckgeld", "gegeben", "dankend erhalten", "girocard", "kartenzahlung",
        "ec-karte", "vielen dank fur ihren einkauf", "es bediente sie", "tse-signatur", "terminal-id",
        "betrag erhalten", "bargeld"]),
    ("fr", 4.0, &["recu", "ticket de caisse", "quittance", "recu de paiement", "ticket"]),
    ("fr", 2.0, &["caisse", "especes", "rendu", "carte bancaire", "pour acquit", "recu la somme",
        "merci de votre visite", "a rendre", "cb", "caissier", "paye par carte"]),
    ("es", 4.0, &["recibo", "tique", "ticket", "justificante de pago", "comprobante de pago",
        "factura simplificada"]),
    ("es", 2.0, &["caja", "efectivo", "cambio", "entregado", "gracias por su visita", "gracias por su compra",
        "hemos recibido", "recibi", "tarjeta", "pagado con", "le atendio"])];

#[rustfmt::skip]
pub(super) const REMINDER: &[Row] = &[
    ("en", 5.5, &["payment reminder", "reminder", "final notice", "overdue notice", "final reminder", "past due notice", "demand for payment", "final demand", "second notice", "collection notice", "overdue payment"]),
    ("en", 2.0, &["overdue", "past due", "outstanding balance", "not yet received", "remains unpaid",
        "late payment charge", "collection agency", "disregard this", "now owing", "arrears",
        "still outstanding", "late fee", "legal action", "without further warning"]),
    ("de", 5.5, &["mahnung", "zahlungserinnerung", "letzte mahnung", "~mahnung", "mahnbescheid",
        "zahlungsaufforderung", "erinnerung"]),
    ("de", 2.0, &["mahngebuhr~", "verzugszinsen", "inkasso~", "noch offen", "zahlungseingang", "trotz unserer",
        "trotz mehrfacher", "gegenstandslos", "uberfallig~", "in verzug", "offener betrag", "offene forderung",
        "gesamtforderung", "mahndatum", "gerichtliche~ mahnverfahren", "zahlungsverzug", "mahnstufe",
        "mahnkosten"]),
    ("fr", 5.5, &["relance", "rappel", "mise en demeure", "lettre de relance", "rappel de paiement",
        "dernier rappel", "avis de retard", "dernier avis"]),
    ("fr", 2.0, &["impayee", "impaye~", "sauf erreur", "restant du", "interets de retard", "huissier",
        "ne nous est pas parvenu", "n'avons pas recu", "non reglee", "demeure impayee", "contentieux",
        "recouvrement", "malgre nos"]),
    ("es", 5.5, &["recordatorio de pago", "recordatorio", "reclamacion de pago", "requerimiento de pago",
        "ultimo aviso", "aviso de impago", "segundo aviso", "aviso de pago pendiente"]),
    ("es", 2.0, &["pendiente de pago", "impagad~", "intereses de demora", "acciones legales",
        "importe pendiente", "adeudado", "vencida", "no hemos recibido", "deuda", "recargo", "si ya ha pagado",
        "morosidad", "via judicial"])];

#[rustfmt::skip]
pub(super) const QUOTE: &[Row] = &[
    ("en", 5.0, &["quotation", "quote", "estimate", "proposal", "cost estimate", "price quote", "sales quote"]),
    ("en", 2.0, &["quote ref", "quote number", "quotation number", "valid until", "valid for",
        "we are pleased to quote", "estimated total", "this estimate", "this quotation", "open for acceptance",
        "your enquiry", "accept this", "your inquiry", "pleased to offer"]),
    ("de", 5.0, &["angebot", "kostenvoranschlag", "offerte", "preisangebot", "kostenschatzung"]),
    ("de", 2.0, &["angebotsnummer", "angebots-nr", "angebot nr", "angebotssumme", "gultig bis", "freibleibend",
        "bieten wir ihnen", "wir bieten ihnen", "unverbindlich", "ihre anfrage", "halten wir uns",
        "auftragserteilung", "angebotsdatum", "voraussichtliche kosten"]),
    ("fr", 5.0, &["devis", "proposition commerciale", "offre de prix", "proposition", "offre commerciale",
        "estimation"]),
    ("fr", 2.0, &["devis n", "bon pour accord", "valable jusqu'au", "validite",
        "avons le plaisir de vous proposer", "notre offre", "votre demande", "montant estime",
        "duree de validite", "devis valable"]),
    ("es", 5.0, &["presupuesto", "oferta", "cotizacion", "oferta comercial", "propuesta comercial"]),
    ("es", 2.0, &["presupuesto n", "valido hasta", "validez", "le ofrecemos", "total presupuesto",
        "conforme el cliente", "su solicitud", "coste estimado", "presente oferta", "presente presupuesto"])];

#[rustfmt::skip]
pub(super) const ORDER: &[Row] = &[
    ("en", 5.0, &["purchase order", "order confirmation", "order acknowledgement", "sales order", "order form", "work order", "booking confirmation"]),
    ("en", 2.0, &["po number", "po date", "order number", "ordered on", "thanks for your order",
        "thank you for your order", "order total", "please supply", "deliver by", "estimated delivery",
        "order details", "order summary", "your order", "ship to"]),
    ("de", 5.0, &["bestellung", "auftragsbestatigung", "bestellbestatigung", "auftrag", "bestellschein",
        "~bestellung", "buchungsbestatigung"]),
    ("de", 2.0, &["bestell-nr", "bestellnummer", "bestelldatum", "wir bestellen", "fur ihren auftrag",
        "fur ihre bestellung", "auftragswert", "bestellwert", "liefertermin", "auftragsnummer", "ab-nummer",
        "wie folgt bestatigen"]),
    ("fr", 5.0, &["bon de commande", "confirmation de commande", "commande",
        "accuse de reception de commande"]),
    ("fr", 2.0, &["numero de commande", "n° de commande", "commande n", "date de commande",
        "merci pour votre commande", "veuillez nous livrer", "montant de la commande", "total de la commande",
        "livraison souhaitee", "votre commande", "passee le"]),
    ("es", 5.0, &["pedido", "orden de compra", "confirmacion de pedido", "hoja de pedido", "nota de pedido"]),
    ("es", 2.0, &["numero de pedido", "pedido n", "fecha de pedido", "total pedido", "gracias por tu compra",
        "gracias por su pedido", "importe del pedido", "su pedido", "tu pedido", "nos suministren",
        "fecha de entrega", "condiciones de compra"])];

#[rustfmt::skip]
pub(super) const DELIVERY_NOTE: &[Row] = &[
    ("en", 5.8, &["delivery note", "packing slip", "packing list", "dispatch note", "despatch note", "delivery slip", "goods received note", "shipping note", "waybill", "bill of lading"]),
    ("en", 2.0, &["shipped", "backordered", "despatch date", "dispatch date", "ship date", "carrier",
        "received in good condition", "goods received", "shipment", "gross weight", "pallets",
        "tracking number", "report shortages"]),
    ("de", 5.8, &["lieferschein", "warenbegleitschein", "packzettel", "packliste", "frachtbrief",
        "versandschein", "ladeschein"]),
    ("de", 2.0, &["lieferschein-nr", "lieferscheinnummer", "versanddatum", "unbeschadigt", "spedition",
        "gesamtgewicht", "paletten", "bleibt bis zur", "ware erhalten", "anlieferung", "sendung", "ruckstand",
        "geliefert", "versandart", "ware vollstandig"]),
    ("fr", 5.8, &["bon de livraison", "bordereau d'expedition", "bordereau de livraison", "liste de colisage",
        "lettre de voiture", "bon d'expedition"]),
    ("fr", 2.0, &["bl n", "date de livraison", "transporteur", "palettes", "en bon etat", "colis", "reliquat",
        "expedition", "expedie le", "marchandise recue", "quantite livree", "poids", "livrees", "livres"]),
    ("es", 5.8, &["albaran", "nota de entrega", "albaran de entrega", "lista de empaque", "guia de remision",
        "carta de porte", "packing list"]),
    ("es", 2.0, &["albaran n", "transportista", "pales", "bultos", "recibi conforme", "entregad~", "envio",
        "fecha de salida", "peso", "recepcion de la mercancia", "mercancia", "firma y sello"])];

#[rustfmt::skip]
pub(super) const BANK_STATEMENT: &[Row] = &[
    ("en", 5.5, &["account statement", "statement of account", "bank statement", "current account", "account summary", "savings statement", "credit card statement", "statement", "checking account"]),
    ("en", 2.4, &["opening balance", "closing balance", "balance brought forward", "balance carried forward",
        "statement date", "statement period", "withdrawals", "deposits", "money in", "money out", "paid in",
        "paid out", "standing order", "atm withdrawal", "sort code", "account holder", "new balance",
        "previous balance", "transactions"]),
    ("de", 5.5, &["kontoauszug", "depotauszug", "kreditkartenabrechnung", "finanzubersicht",
        "rechnungsabschluss", "umsatzubersicht", "~auszug", "girokonto", "kontoubersicht", "saldenmitteilung"]),
    ("de", 2.4, &["alter kontostand", "neuer kontostand", "kontostand", "anfangssaldo", "endsaldo",
        "alter saldo", "neuer saldo", "buchungstag", "valuta", "saldovortrag", "verwendungszweck",
        "dauerauftrag", "geldautomat", "kontoinhaber~", "wertstellung", "gutschriften", "belastungen",
        "umsatze"]),
    ("fr", 5.5, &["releve de compte", "releve bancaire", "extrait de compte", "releve", "compte courant",
        "releve d'operations"]),
    ("fr", 2.4, &["ancien solde", "nouveau solde", "solde initial", "solde final", "debit", "credit", "solde",
        "titulaire", "libelle", "arrete au", "retrait distributeur", "date de valeur", "virement",
        "solde crediteur", "solde debiteur"]),
    ("es", 5.5, &["extracto de cuenta", "extracto bancario", "extracto", "cuenta corriente",
        "movimientos de su cuenta", "movimientos de cuenta", "extracto mensual"]),
    ("es", 2.4, &["saldo anterior", "saldo actual", "saldo inicial", "saldo final", "cargo", "abono", "saldo",
        "titular", "concepto", "fecha valor", "cajero", "domiciliacion", "movimientos"])];

#[rustfmt::skip]
pub(super) const PAYSLIP: &[Row] = &[
    ("en", 5.8, &["payslip", "pay slip", "earnings statement", "wage statement", "pay statement", "pay stub", "paystub", "salary slip", "salary statement", "pay advice"]),
    ("en", 2.6, &["net pay", "gross pay", "gross wages", "take-home pay", "basic pay", "pay date", "pay period",
        "paye", "paye tax", "national insurance", "year to date", "deductions", "federal income tax",
        "employee", "employer", "ni number", "overtime", "social security", "medicare", "base salary", "ytd"]),
    ("de", 5.8, &["gehaltsabrechnung", "lohnabrechnung", "entgeltabrechnung", "verdienstabrechnung",
        "lohnzettel", "bezugemitteilung", "brutto-netto-abrechnung", "verdienstbescheinigung",
        "entgeltnachweis", "abrechnung der brutto~"]),
    ("de", 2.6, &["lohnsteuer", "auszahlungsbetrag", "grundgehalt", "gesamtbrutto", "sv-brutto",
        "steuer-brutto", "nettoverdienst", "krankenversicherung", "rentenversicherung",
        "arbeitslosenversicherung", "pflegeversicherung", "personalnummer", "personal-nr", "steuerklasse",
        "sv-rechtliche", "uberstunden", "netto-verdienst", "stundenlohn", "bruttolohn", "uberweisung",
        "urlaubsgeld"]),
    ("fr", 5.8, &["bulletin de paie", "bulletin de salaire", "fiche de paie", "fiche de salaire",
        "decompte de salaire", "bulletin de paye"]),
    ("fr", 2.6, &["salaire de base", "salaire brut", "net a payer", "net imposable", "cotisations",
        "prelevement a la source", "heures supplementaires", "salaire net", "salarie", "urssaf", "conges payes",
        "net paye", "retenues", "chomage", "retraite", "employeur", "net a payer avant impot"]),
    ("es", 5.8, &["nomina", "recibo de salarios", "recibo de nomina", "recibo individual justificativo",
        "hoja de salario", "recibo de haberes"]),
    ("es", 2.6, &["salario base", "devengos", "deducciones", "liquido a percibir", "irpf", "i.r.p.f.",
        "seguridad social", "contingencias comunes", "desempleo", "total devengado", "horas extra",
        "trabajador", "total neto", "antiguedad", "base de cotizacion", "liquido total",
        "grupo de cotizacion"])];
