package dev.freshet.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The patterns of topics that there are, and their values. */
class TopicPatternsTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "rooms/7", "rooms/*", "*"})
    void aTopicOrTheBeginningOfTopicsIsAPattern(String pattern) {
        assertThatCode(() -> TopicPatterns.check(pattern)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a*b", "**", "*a"})
    void nothingElseIsAPattern(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicPatterns.check(pattern))
                .withMessage("topicPattern: \"" + pattern + "\" (expected: a topic, or the beginning of topics and *)");
    }

    @Test
    void aTopicHasTheValueOfItsNameElseOfItsLongestBeginning() {
        TopicPatterns<Integer> patterns = new TopicPatterns<>(Map.of("ab", 1, "a*", 2, "abc*", 3, "abcd*", 4, "*", 5));
        assertThat(List.of("ab", "abx", "abc", "abcde", "b"))
                .extracting(patterns::of)
                .containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void aTopicThatNoPatternMatchesHasNoValue() {
        assertThat(new TopicPatterns<>(Map.of("a", 1, "b*", 2)).of("c")).isNull();
    }

    @Test
    void theValuesOfTopicsAndOfBeginningsAreGiven() {
        List<Integer> values = new ArrayList<>();
        new TopicPatterns<>(Map.of("a", 1, "b*", 2, "*", 3)).forEach(values::add);
        assertThat(values).containsExactlyInAnyOrder(1, 2, 3);
    }
}
