package dev.freshet.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.ReferenceParser;
import dev.freshet.fixtures.SpecVector;
import dev.freshet.fixtures.SpecVectors;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventDecoderVectorsTest {

    private static final List<String> LINE_ENDS = List.of("\n", "\r", "\r\n");

    static Stream<SpecVector> vectors() {
        return SpecVectors.all().stream();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void everyVectorHoldsForTheReference(SpecVector vector) {
        for (String lineEnd : LINE_ENDS) {
            check(vector, ReferenceParser.parse(vector.bytes(lineEnd)));
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void everyVectorHoldsForEveryLineEndAndEverySplit(SpecVector vector) {
        for (String lineEnd : LINE_ENDS) {
            byte[] stream = vector.bytes(lineEnd);
            ReferenceParser.Result reference = ReferenceParser.parse(stream);
            check(vector, Recorder.decode(stream));
            for (int cut = 0; cut <= stream.length; cut++) {
                ReferenceParser.Result result = Recorder.decode(stream, cut);
                check(vector, result);
                assertThat(result).isEqualTo(reference);
            }
            ReferenceParser.Result oneByOne =
                    Recorder.decode(stream, IntStream.range(0, stream.length).toArray());
            check(vector, oneByOne);
            assertThat(oneByOne).isEqualTo(reference);
        }
    }

    @Test
    void thereAreManyVectorsAndNoTwoOfOneName() {
        assertThat(SpecVectors.all()).hasSizeGreaterThanOrEqualTo(70);
        assertThat(vectors().map(SpecVector::name)).doesNotHaveDuplicates();
    }

    private static void check(SpecVector vector, ReferenceParser.Result result) {
        assertThat(result.events()).as("events of %s", vector).isEqualTo(vector.events());
        assertThat(result.lastEventId()).as("last event id of %s", vector).isEqualTo(vector.lastEventId());
        assertThat(result.retries()).as("retries of %s", vector).isEqualTo(vector.retries());
    }
}
