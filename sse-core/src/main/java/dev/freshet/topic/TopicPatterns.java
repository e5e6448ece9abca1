package dev.freshet.topic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A map from topic patterns to values. A topic has the value of its name, else that of its longest prefix. Immutable
 * and thread-safe, if the values are.
 *
 * @param <T> the type of the values
 */
public final class TopicPatterns<T> {
    private static final String ANY = "*";

    private record Beginning<T>(String prefix, T value) {}

    private final Map<String, T> byTopic = new HashMap<>();
    /** The prefixes, the longest first. */
    private final List<Beginning<T>> byBeginning = new ArrayList<>();

    /** Makes a map of patterns that {@link #check} allows. */
    public TopicPatterns(Map<String, ? extends T> byPattern) {
        byPattern.forEach((pattern, value) -> {
            if (pattern.endsWith(ANY)) {
                byBeginning.add(new Beginning<>(pattern.substring(0, pattern.length() - ANY.length()), value));
            } else {
                byTopic.put(pattern, value);
            }
        });
        byBeginning.sort(Comparator.comparingInt(
                        (Beginning<T> beginning) -> beginning.prefix().length())
                .reversed());
    }

    /**
     * Checks a pattern: a topic, or a prefix of topics and {@code *}.
     *
     * @throws IllegalArgumentException if it is empty, or has a {@code *} before its end
     */
    public static void check(String pattern) {
        int star = pattern.indexOf(ANY);
        if (pattern.isEmpty() || star >= 0 && star < pattern.length() - ANY.length()) {
            throw new IllegalArgumentException(
                    "topicPattern: \"" + pattern + "\" (expected: a topic, or the beginning of topics and *)");
        }
    }

    /** Returns the value of a topic, or null if no pattern matches. */
    public @Nullable T of(String topic) {
        T own = byTopic.isEmpty() ? null : byTopic.get(topic);
        if (own != null) {
            return own;
        }
        for (int i = 0; i < byBeginning.size(); i++) {
            if (topic.startsWith(byBeginning.get(i).prefix())) {
                return byBeginning.get(i).value();
            }
        }
        return null;
    }

    /** Calls an action with the value of each pattern. */
    public void forEach(Consumer<? super T> action) {
        byTopic.values().forEach(action);
        byBeginning.forEach(beginning -> action.accept(beginning.value()));
    }
}
