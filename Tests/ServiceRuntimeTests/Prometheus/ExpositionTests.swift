import Testing

/// The reader that the other suites rely on has to refuse what Prometheus refuses.
@Suite
struct ExpositionTests {
    @Test(arguments: [
        "a 1\n",
        "# TYPE a gauge\na 1",
        "# TYPE a gauge\na\n",
        "# TYPE a gauge\na inf\n",
        "# TYPE a gauge\na 1\na 2\n",
        "# TYPE a gauge\na 1\n# TYPE a gauge\na 2\n",
        "# TYPE a summary\na 1\n",
        "# TYPE a gauge\n",
        "# TYPE a gauge\nb 1\n",
        "# TYPE a-b gauge\na-b 1\n",
        "# TYPE a gauge\na{} 1\n",
        "# TYPE a gauge\na{b=\"1\"c=\"2\"} 1\n",
        "# TYPE a gauge\na{b=\"1\",b=\"2\"} 1\n",
        "# TYPE a gauge\na{b=\"\"\"} 1\n",
        "# TYPE a gauge\na{b=\"\\t\"} 1\n",
        "# HELP b text\n# TYPE a gauge\na 1\n",
        "# HELP a \\\"\n# TYPE a gauge\na 1\n",
        "# TYPE a histogram\na_bucket{le=\"1.0\"} 1\na_sum 1\na_count 1\n",
        "# TYPE a histogram\na_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
        "# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n",
    ])
    func `a malformed page is refused`(page: String) {
        #expect(throws: Exposition.Malformed.self) { try Exposition(Array(page.utf8)) }
    }

    @Test
    func `a page is read as it was meant`() throws {
        let page = """
            # HELP a one \\n two
            # TYPE a gauge
            a 1
            a{b="x, \\"y\\" \\\\ } z",c="é"} -Inf

            """
        let exposition = try Exposition(Array(page.utf8))
        #expect(exposition.family("a")?.help == "one \n two")
        #expect(exposition.value("a") == 1)
        #expect(exposition.value("a", ["b": #"x, "y" \ } z"#, "c": "é"]) == -.infinity)
    }
}
