namespace SocialSentiment.Api.Tests.Fuzz;

/// <summary>What programs stumble over.</summary>
internal static class NastyValues
{
    /// <summary>As they stand in JSON.</summary>
    public static IReadOnlyList<string> Json { get; } =
    [
        "null", "true", "false", "0", "-0", "-1", "1.5", "1e999", "-1e-999", "99999999999999999999999", "2147483648", "-2147483649", "9223372036854775808",
        "NaN", "Infinity", "0x10", "01", "+1", ".5", "1.", "[]", "{}", "[[]]", "[null]", "[1,2,3]", """{"a":1}""", """{"":0}""",
        "\"\"", "\" \"", "\"\\t\\r\\n\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\ud83d\"", "\"\\ud83d\\ude00\"", "\"\\uFEFFx\"", "\"\\u202e\"", "\"\\u0007\"",
        "\"NaN\"", "\"null\"", "\"1\"", "\"-1\"", "\"1e5\"", "\"true\"", "\"'; DROP TABLE posts; --\"", "\"%00%n%s\"", "\"../../../etc/passwd\"", "\"{{7*7}}\"", "\"<script>\"",
        "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"2026-02-30T00:00:00Z\"", "\"2026-01-01T00:00:00+14:01\"", "\"00000000-0000-0000-0000-000000000000\"",
        "'single'", "\"open", "\"bad \\x escape\"", "\"\\u12\"", "undefined", "//", "/* */1",
        $"\"{new string('x', 201)}\"", $"\"{new string('x', 5_001)}\"", $"\"{new string(' ', 6_000)}\"", $"\"{new string('é', 70_000)}\"", new string('9', 400), new string('[', 100), new string('[', 20_000),
    ];

    /// <summary>As they stand in an address, percent-encoded.</summary>
    public static IReadOnlyList<string> Address { get; } =
    [
        "", "0", "1", "50", "200", "201", "-1", "1.5", "1e3", "2147483648", "99999999999999999999", "0x10", "%31", "+1", "true", "false", "TRUE", "null", "NaN", "undefined", "[]",
        "%00", "a%00b", "%FF", "%C3%28", "%ED%A0%80", "%F0%9F%98%80", "%", "%zz", "%2", "%20", "+", "%0A", "%0D%0AX-Injected:1", "%22", "%22open", "%27;--", "%25s", "%2F", "..%2F..", "%5C", "*", "-", "--", "|", "%26%7C!", "(", "a:*", "%EF%BB%BF", "%E2%80%AE",
        "2026-11-21T12:30:00Z", "2026-11-21T12:30:00+01:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-02-30", "0001-01-01T00:00:00%2B14:00",
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "{00000000-0000-0000-0000-000000000000}", "0000000000000000000000000000000", "9223372036854775807", "9223372036854775808",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "__________8AAAAAAAAAAAAAAAAAAAAA", "labelled,dead", ",,,", "labelled,,dead", new string('a', 64), new string('a', 65), new string('a', 501), new string('%', 30), new string('x', 3_000),
    ];

    public static IReadOnlyList<string> Headers { get; } =
    [
        "", " ", "0", "-1", "1", "abc", "key/with/slashes", "99999999999999999999", "*/*", "text/plain", "text/html;q=0", "application/xml", "application/json;charset=utf-16", "é", "\u007f", "\"quoted\"", ";", ",,,", "00-00000000000000000000000000000000-0000000000000000-00",
        "00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-ff", "bytes=0-", "gzip", new string('k', 200), new string('k', 201), new string('h', 4_000),
    ];

    public static IReadOnlyList<string> HeaderNames { get; } =
    [
        "Accept", "Accept-Encoding", "Accept-Language", "Accept-Charset", "Idempotency-Key", "Last-Event-ID", "If-None-Match", "If-Modified-Since", "Range", "traceparent", "tracestate", "baggage", "Cookie",
        "Origin", "X-Forwarded-For", "X-Forwarded-Proto", "X-HTTP-Method-Override", "X-Actor", "Content-Encoding", "Content-Language", "Upgrade-Insecure-Requests",
    ];

    public static IReadOnlyList<string> ContentTypes { get; } =
    [
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "application/json; charset=utf-16", "application/json; charset=nothing", "application/json; charset=utf-7",
        "application/problem+json", "application/merge-patch+json", "text/json", "APPLICATION/JSON", "application/json;;;", "json", "*/*",
    ];
}
