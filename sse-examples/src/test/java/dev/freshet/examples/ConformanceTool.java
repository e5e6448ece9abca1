package dev.freshet.examples;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The conformance kit as a user calls it, and what it found. */
final class ConformanceTool {

    private final LoadTool tool = new LoadTool();
    private int exitCode;

    /** Judges a server, patiently, as the machine may be slow. */
    ConformanceTool judge(String... arguments) {
        List<String> all = new ArrayList<>(List.of("conformance", "--quiet", "--json", "-", "--timeout", "10s"));
        all.addAll(List.of(arguments));
        exitCode = tool.run(all.toArray(String[]::new));
        return this;
    }

    int exitCode() {
        return exitCode;
    }

    /** Returns the checks with one of some outcomes, in the order of the run. */
    List<String> with(String... outcomes) {
        List<String> checks = new ArrayList<>();
        for (JsonNode result : report().get("results")) {
            if (List.of(outcomes).contains(result.get("outcome").asString())) {
                checks.add(result.get("check").asString());
            }
        }
        return checks;
    }

    JsonNode report() {
        return Caller.json(tool.out());
    }

    /** Returns the text of the report. */
    String text() {
        return tool.err();
    }
}
