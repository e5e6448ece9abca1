package dev.freshet.examples.conformance.report;

import java.util.Locale;

/** The text of a report: a line for each check, aligned. */
public final class ReportText {

    private ReportText() {}

    /** Returns the text of a report; each line has its line end. */
    public static String of(Report report) {
        int names = report.results().stream()
                .mapToInt(result -> result.check().length())
                .max()
                .orElse(0);
        int paragraphs = report.results().stream()
                .mapToInt(result -> result.paragraph().length())
                .max()
                .orElse(0);
        StringBuilder text = new StringBuilder("conformance: " + report.url() + "\n");
        for (Result result : report.results()) {
            String what = result.expected() == null
                    ? result.seen()
                    : "seen: " + result.seen() + "; expected: " + result.expected();
            text.append(String.format(
                    Locale.ROOT,
                    "%-7s  %-" + names + "s  %-6s  %-" + paragraphs + "s  %s%n",
                    result.outcome().word(),
                    result.check(),
                    result.level(),
                    result.paragraph(),
                    oneLine(what)));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "%d checks: %d passed, %d failed, %d advice, %d not run%n",
                        report.results().size(),
                        report.passed(),
                        report.failed(),
                        report.advice(),
                        report.notRun()))
                .toString();
    }

    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c)) {
                line.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString();
    }
}
