/// What a demo execution pretends to run.
struct Playbook: Sendable {
    /// One step of it.
    struct Step: Sendable {
        /// What the step is called.
        let name: String
        /// Which tool does its work.
        let tool: String
        /// What the tool is given, by name.
        let input: KeyValuePairs<String, String>
        /// What the tool says, by name.
        let output: KeyValuePairs<String, String>
    }

    /// Its path in the catalog.
    let path: String
    /// What it is started with.
    let workload: KeyValuePairs<String, String>
    /// Its steps, in order.
    let steps: [Step]
}

extension Playbook {
    /// The playbooks of the demo.
    static let all = [
        Playbook(
            path: "examples/weather/city_alerts",
            workload: ["city": "Zürich", "threshold_celsius": "30", "notify": "ops@example.org"],
            steps: [
                Step(
                    name: "fetch_forecast",
                    tool: "http",
                    input: ["method": "GET", "url": "https://api.example.org/v1/forecast?city=Z%C3%BCrich&days=3"],
                    output: ["status_code": "200", "content_type": "application/json", "rows": "72"]
                ),
                Step(
                    name: "find_hot_hours",
                    tool: "python",
                    input: ["entrypoint": "main", "args": "hours={{ fetch_forecast.hours }}, threshold=30"],
                    output: ["hot_hours": "5", "maximum": "33.4", "summary": "five hours above 30 °C on Thursday"]
                ),
                Step(
                    name: "store_alert",
                    tool: "postgres",
                    input: ["command": "INSERT INTO alerts (city, hours, maximum) VALUES ($1, $2, $3) RETURNING id"],
                    output: ["rows_affected": "1", "id": "48213"]
                ),
            ]
        ),
        Playbook(
            path: "examples/billing/invoice_run",
            workload: ["period": "2026-01", "currency": "CHF", "dry_run": "false"],
            steps: [
                Step(
                    name: "load_accounts",
                    tool: "postgres",
                    input: ["command": "SELECT account_id, plan, usage FROM accounts WHERE period = $1 AND NOT billed"],
                    output: ["rows": "412", "elapsed_ms": "38"]
                ),
                Step(
                    name: "price_usage",
                    tool: "duckdb",
                    input: [
                        "command": "SELECT account, sum(amount * price) FROM usage JOIN prices USING (sku) GROUP BY 1"
                    ],
                    output: ["rows": "412", "total": "184220.55"]
                ),
                Step(
                    name: "render_invoices",
                    tool: "python",
                    input: ["entrypoint": "render", "template": "invoice_v7.html", "target": "gs://invoices/2026-01/"],
                    output: ["documents": "412", "bytes": "18839120"]
                ),
                Step(
                    name: "send_mail",
                    tool: "http",
                    input: ["method": "POST", "url": "https://mail.example.org/v2/batches", "recipients": "412"],
                    output: ["status_code": "202", "batch": "b-77f0c1", "note": "accepted „as is“"]
                ),
            ]
        ),
        Playbook(
            path: "examples/ingest/csv_to_warehouse",
            workload: ["bucket": "gs://landing/orders", "table": "warehouse.orders", "delimiter": ";"],
            steps: [
                Step(
                    name: "list_files",
                    tool: "gcs",
                    input: ["prefix": "gs://landing/orders/2026/02/", "pattern": "*.csv.gz", "newer_than": "PT1H"],
                    output: ["files": "3", "bytes": "48211903"]
                ),
                Step(
                    name: "copy_rows",
                    tool: "postgres",
                    input: ["command": "COPY warehouse.orders_stage FROM STDIN WITH (FORMAT csv, DELIMITER ';')"],
                    output: ["rows": "201334", "rejected": "2"]
                ),
            ]
        ),
    ]
}
