import Policies
import Primitives
import Providers
import Testing

@Suite("Senders")
struct SenderTests {
    @Test("A sender of few words has sensible numbers")
    func defaults() throws {
        let all = try senders(
            #"{"crm":{"kind":"webhook","url":"https://crm.example/hook"},"app":{"kind":"webpush","attempts":3,"key":{"variable":"K"},"subject":"mailto:a@b.example"}}"#
        )
        let crm = try #require(all["crm"])
        #expect(crm.kind == .webhook)
        #expect(crm.timeout == .seconds(5))
        #expect(crm.attempts == 3)
        #expect(crm.backoff == Backoff(first: .milliseconds(200), max: .seconds(10), jitter: 0.2))
        #expect(crm.circuit == Circuit.Settings(failuresMax: 5, openFor: .seconds(30)))
        #expect(crm.inFlightMax == 16)
        #expect(crm.credentials == .none)
        #expect(crm.takes(event: "read"))
        #expect(crm.every == nil)
        let app = try #require(all["app"])
        #expect(app.endpoint == nil)
        #expect(app.attempts == 1)
        #expect(app.timeout == .seconds(10))
    }

    @Test("Every member of every kind is read")
    func members() throws {
        let all = try senders(
            """
            {"a":{"kind":"webhook","url":"http://h:81/x","timeout":100,"attempts":5,
                  "backoff":{"first":10,"max":20,"jitter":0},"circuit":{"failures":2,"openFor":50},"inFlight":3,
                  "authorization":{"file":"/run/k"},"headers":{"X-Team":"one"},"events":["read","vote"]},
             "b":{"kind":"fcm","project":"p-1","account":{"file":"/a.json"},"tokenURL":"http://127.0.0.1:1/t"},
             "c":{"kind":"apns","key":{"variable":"P8"},"keyID":"KID","teamID":"TID","topic":"app.example"},
             "d":{"kind":"webpush","key":{"variable":"V"},"subject":"https://x.example","hosts":["push.example"]},
             "e":{"kind":"profiles","url":"https://p.example","every":1000}}
            """
        )
        let hook = try #require(all["a"])
        #expect(hook.timeout == .milliseconds(100))
        #expect(hook.attempts == 5)
        #expect(hook.backoff == Backoff(first: .milliseconds(10), max: .milliseconds(20), jitter: 0))
        #expect(hook.circuit == Circuit.Settings(failuresMax: 2, openFor: .milliseconds(50)))
        #expect(hook.inFlightMax == 3)
        #expect(hook.credentials == .bearer(.file("/run/k")))
        #expect(hook.headers == ["X-Team": "one"])
        #expect(hook.takes(event: "vote") && !hook.takes(event: "reply"))
        let address = Endpoint("http://127.0.0.1:1/t")
        #expect(all["b"]?.credentials == .fcm(project: "p-1", account: .file("/a.json"), tokenURL: address))
        #expect(all["b"]?.endpoint?.url() == "https://fcm.googleapis.com")
        #expect(all["c"]?.credentials == .apns(key: .variable("P8"), keyID: "KID", teamID: "TID", topic: "app.example"))
        #expect(all["c"]?.endpoint?.url() == "https://api.push.apple.com")
        #expect(
            all["d"]?.credentials
                == .webpush(key: .variable("V"), subject: "https://x.example", hosts: ["push.example"])
        )
        #expect(all["e"]?.every == .seconds(1))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var document: String
        var path: String
        var says: String

        init(_ document: String, at path: String, _ says: String) {
            self.document = document
            self.path = path
            self.says = says
        }

        var testDescription: String { "\(self.path) \(self.says)" }
    }

    static let url = #""url":"https://h.example""#
    static let refusals = [
        Refusal(#"[]"#, at: "", "must be an object"),
        Refusal(#"{"a b":{}}"#, at: "/a b", "must have a name"),
        Refusal(#"{"a":{}}"#, at: "/a", "lacks the member \"kind\""),
        Refusal(#"{"a":{"kind":"fax"}}"#, at: "/a/kind", "must be one of"),
        Refusal(#"{"a":{"kind":"webhook"}}"#, at: "/a", "lacks the member \"url\""),
        Refusal(#"{"a":{"kind":"webhook",\#(url),"topic":"x"}}"#, at: "/a/topic", "is not a member"),
        Refusal(#"{"a":{"kind":"support",\#(url),"events":[]}}"#, at: "/a/events", "is not a member"),
        Refusal(#"{"a":{"kind":"webhook",\#(url),"every":5000}}"#, at: "/a/every", "is not a member"),
        Refusal(#"{"a":{"kind":"profiles",\#(url),"every":999}}"#, at: "/a/every", "must be between 1000"),
        Refusal(#"{"a":{"kind":"webhook","url":"ftp://h"}}"#, at: "/a/url", "must be an http or https address"),
        Refusal(#"{"a":{"kind":"webhook","url":"https://u:p@h"}}"#, at: "/a/url", "must be an http or https address"),
        Refusal(#"{"a":{"kind":"webhook",\#(url),"timeout":30001}}"#, at: "/a/timeout", "must be between 10 and 30000"),
        Refusal(#"{"a":{"kind":"webhook",\#(url),"attempts":21}}"#, at: "/a/attempts", "must be between 1 and 20"),
        Refusal(#"{"a":{"kind":"push",\#(url),"attempts":0}}"#, at: "/a/attempts", "must be between 1 and 20"),
        Refusal(#"{"a":{"kind":"push",\#(url),"inFlight":257}}"#, at: "/a/inFlight", "must be between 1 and 256"),
        Refusal(#"{"a":{"kind":"push",\#(url),"backoff":{"first":0}}}"#, at: "/a/backoff/first", "must be between 1"),
        Refusal(
            #"{"a":{"kind":"push",\#(url),"backoff":{"first":50,"max":49}}}"#,
            at: "/a/backoff/max",
            "must be between 50"
        ),
        Refusal(
            #"{"a":{"kind":"push",\#(url),"backoff":{"jitter":1.5}}}"#,
            at: "/a/backoff/jitter",
            "must be between 0 and 1"
        ),
        Refusal(#"{"a":{"kind":"push",\#(url),"backoff":{"step":2}}}"#, at: "/a/backoff/step", "is not a member"),
        Refusal(
            #"{"a":{"kind":"push",\#(url),"circuit":{"failures":0}}}"#,
            at: "/a/circuit/failures",
            "must be between 1 and 1000"
        ),
        Refusal(
            #"{"a":{"kind":"push",\#(url),"circuit":{"openFor":9}}}"#,
            at: "/a/circuit/openFor",
            "must be between 10"
        ),
        Refusal(
            #"{"a":{"kind":"push",\#(url),"authorization":"s3cret"}}"#,
            at: "/a/authorization",
            "must be an object, not a string"
        ),
        Refusal(
            #"{"a":{"kind":"push",\#(url),"authorization":{}}}"#,
            at: "/a/authorization",
            "must have one of the members"
        ),
        Refusal(
            #"{"a":{"kind":"push",\#(url),"authorization":{"file":"k"}}}"#,
            at: "/a/authorization/file",
            "must be an absolute path"
        ),
        Refusal(
            #"{"a":{"kind":"push",\#(url),"authorization":{"variable":"A=B"}}}"#,
            at: "/a/authorization/variable",
            "must be the name of a variable"
        ),
        Refusal(
            #"{"a":{"kind":"push",\#(url),"headers":{"Host":"x"}}}"#,
            at: "/a/headers/Host",
            "is not a header that may be set"
        ),
        Refusal(
            #"{"a":{"kind":"push",\#(url),"headers":{"X":"a\r\nB: c"}}}"#,
            at: "/a/headers/X",
            "must be one line of ASCII"
        ),
        Refusal(#"{"a":{"kind":"webhook",\#(url),"events":[""]}}"#, at: "/a/events/0", "must have 1 to 64 bytes"),
        Refusal(#"{"a":{"kind":"fcm","project":"p"}}"#, at: "/a", "lacks the member \"account\""),
        Refusal(
            #"{"a":{"kind":"fcm","project":"p/q","account":{"variable":"A"}}}"#,
            at: "/a/project",
            "must have none of"
        ),
        Refusal(
            #"{"a":{"kind":"webpush","url":"https://h","key":{"variable":"A"},"subject":"mailto:x"}}"#,
            at: "/a/url",
            "is not a member"
        ),
        Refusal(
            #"{"a":{"kind":"webpush","key":{"variable":"A"},"subject":"x@y"}}"#,
            at: "/a/subject",
            "must begin with mailto: or https:"
        ),
        Refusal(
            #"{"a":{"kind":"webpush","key":{"variable":"A"},"subject":"mailto:x","hosts":["a/b"]}}"#,
            at: "/a/hosts/0",
            "must be a host"
        ),
    ]

    @Test("What is wrong is told with its place", arguments: Self.refusals)
    func refuses(_ refusal: Refusal) {
        let fault = #expect(throws: ConfigurationFault.self) { try senders(refusal.document) }
        #expect(fault?.path == refusal.path)
        #expect(fault?.reason.description.contains(refusal.says) == true, "\(fault?.description ?? "")")
    }

    @Test("A document has 64 senders at most")
    func tooMany() throws {
        let many = (0..<65).map { #""s\#($0)":{"kind":"support",\#(Self.url)}"# }
        #expect(try senders("{\(many.dropLast().joined(separator: ","))}").count == 64)
        let fault = #expect(throws: ConfigurationFault.self) { try senders("{\(many.joined(separator: ","))}") }
        #expect(fault?.reason == .tooManyElements(max: 64))
    }
}
