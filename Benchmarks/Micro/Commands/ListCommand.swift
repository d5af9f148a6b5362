internal import ArgumentParser

/// Names the cases.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Names the cases.")

    @Flag(help: "Says what an operation of each is, too.")
    var long = false

    mutating func run() {
        for item in MicroCase.all {
            Output.standard(self.long ? "\(item.name): one operation is \(item.unit)" : item.name)
        }
    }
}
