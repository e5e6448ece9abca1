package dev.freshet.examples;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Metrics in the text format of Prometheus. */
record Scrape(String text) {

    /** Returns a value; NaN where there is no such series. */
    double value(String name, String tags) {
        String series = tags.isEmpty() ? name : name + "{" + tags + "}";
        Matcher line =
                Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(text);
        return line.find() ? Double.parseDouble(line.group(1)) : Double.NaN;
    }

    /** The names of all series. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> names.add(line.split("[{ ]", 2)[0]));
        return names;
    }
}
