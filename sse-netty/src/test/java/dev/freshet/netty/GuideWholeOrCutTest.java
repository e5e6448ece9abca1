package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.event.SseEvent;
import dev.freshet.harness.Installed;
import io.netty.channel.Channel;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the reader of the guide, in Node, makes of an answer's end. */
@Tag("recipes")
class GuideWholeOrCutTest extends ServerFixture {
    private static final SseEvent TOKEN = SseEvent.of("token", "sea");

    private final Recorder recorder = new Recorder();
    private final HandPublisher answer = new HandPublisher();
    private final Queue<Integer> refusals = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path folder;

    private SseServer server;
    private Process node;
    private BufferedReader told;

    private enum PublisherAbort {
        BY_SHUTDOWN {
            @Override
            void make(SseServer server, SseConnection stream) {
                server.shutdown(Duration.ofSeconds(PATIENCE_SECONDS));
            }
        },
        BY_CLOSE {
            @Override
            void make(SseServer server, SseConnection stream) {
                stream.close();
            }
        },
        BY_ABORT {
            @Override
            void make(SseServer server, SseConnection stream) {
                server.connections().abort(connection -> true);
            }
        },
        BY_THE_NETWORK {
            @Override
            void make(SseServer server, SseConnection stream) {
                Channel socket = ((StreamBase) stream).channel;
                loopOf(stream).execute(socket::close);
            }
        };

        abstract void make(SseServer server, SseConnection stream);
    }

    @BeforeEach
    void startTheServer() throws Exception {
        server = start(local().listener(recorder)
                .endpoint("POST", "/answers", request -> SseReply.stream(answer))
                .endpoint("POST", "/generations", request -> SseGeneration.follow(hub, "g", request))
                .endpoint("POST", "/later", request -> {
                    Integer status = refusals.poll();
                    return status == null ? SseGeneration.follow(hub, "g", request) : SseReply.refuse(status);
                }));
        for (String file : List.of("read-answer.mjs", "over-cuts.mjs")) {
            Files.writeString(
                    folder.resolve(file), Guide.file("whole-or-cut.md", file).text());
        }
    }

    private SseConnection ask(String path) throws Exception {
        run(path, """
                import {readAnswer} from './read-answer.mjs';
                const response = await fetch(process.argv[2], {method: 'POST', body: 'Where does the river go?'});
                const [body, other] = response.body.tee();
                const read = new Response(other).text().then(() => 'the end', e => e.name);
                const answer = await readAnswer({body}, ({type, data}) => console.log(`${type} ${data}`));
                console.log(`${answer.end}, ${await read}`);
                """);
        return recorder.nextOpened();
    }

    private void readOverCuts(String path) throws Exception {
        run(path, """
                import {readOverCuts} from './over-cuts.mjs';
                const ask = lastId => fetch(process.argv[2], {
                    method: 'POST',
                    headers: lastId ? {'Last-Event-ID': lastId} : {}
                });
                const answer = readOverCuts(ask, ({type, data}) => console.log(`${type} ${data}`));
                console.log(await answer.catch(e => e.message));
                """);
    }

    private void run(String path, String code) throws Exception {
        Path script = Files.writeString(folder.resolve("ask.mjs"), code);
        node = new ProcessBuilder(
                        Installed.path("node"),
                        script.toString(),
                        "http://127.0.0.1:" + server.address().getPort() + path)
                .redirectErrorStream(true)
                .start();
        keep(node::destroyForcibly);
        told = node.inputReader();
    }

    private void assertTold(String... lines) throws Exception {
        for (String line : lines) {
            assertThat(told.readLine()).isEqualTo(line);
        }
    }

    /** What the reader makes of it, and what {@code fetch} says. */
    private void assertEndsWith(String outcome) throws Exception {
        assertTold(outcome);
        assertThat(told.readLine()).isNull();
        assertThat(node.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(node.exitValue()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"done, {}", "message, [DONE]"})
    void anAnswerWithItsLastEventIsWhole(String type, String data) throws Exception {
        ask("/answers");
        answer.next(TOKEN);
        answer.next(SseEvent.of(type, data));
        answer.subscriber().onComplete();
        assertTold("token sea", type + " " + data);
        assertEndsWith("whole, the end");
    }

    @Test
    void anAnswerThatEndsInGoodFormWithoutItsLastEventIsCut() throws Exception {
        ask("/answers");
        answer.next(TOKEN);
        answer.subscriber().onComplete();
        assertTold("token sea");
        assertEndsWith("cut, the end");
    }

    @Test
    void anAnswerOfAPublisherThatFailedHasFailed() throws Exception {
        ask("/answers");
        answer.next(TOKEN);
        answer.subscriber().onError(new IllegalStateException("the model is gone"));
        assertTold("token sea", "error {\"message\":\"the stream failed\"}");
        assertEndsWith("failed, the end");
    }

    @Test
    void anAnswerThatEndsWithAnErrorOfOpenAiHasFailed() throws Exception {
        ask("/answers");
        answer.next(SseEvent.of("{\"error\":{}}"));
        answer.subscriber().onComplete();
        assertTold("message {\"error\":{}}");
        assertEndsWith("failed, the end");
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatIsCutIsNotTakenForWhole(PublisherAbort cut) throws Exception {
        SseConnection stream = ask("/answers");
        answer.next(TOKEN);
        assertTold("token sea");
        cut.make(server, stream);
        assertEndsWith("cut, TypeError");
    }

    @Test
    void whatIsCutBehindItsLastEventIsWhole() throws Exception {
        SseConnection stream = ask("/answers");
        answer.next(SseEvent.of("done", "{}"));
        assertTold("done {}");
        PublisherAbort.BY_ABORT.make(server, stream);
        assertEndsWith("whole, TypeError");
    }

    @Test
    void aGenerationSaysHowItEnded() throws Exception {
        SseGeneration whole = SseGeneration.start(hub, "g");
        ask("/generations");
        whole.publish(TOKEN);
        whole.complete();
        assertTold("token sea", "done {}");
        assertEndsWith("whole, the end");

        hub.remove("g").toCompletableFuture().join();
        SseGeneration cancelled = SseGeneration.start(hub, "g");
        ask("/generations");
        cancelled.cancel();
        assertTold("cancelled {}");
        assertEndsWith("cancelled, the end");
    }

    @Test
    void aGenerationIsReadToItsEndOverCuts() throws Exception {
        SseGeneration generation = SseGeneration.start(hub, "g");
        readOverCuts("/generations");
        SseConnection stream = recorder.nextOpened();
        generation.publish(TOKEN);
        assertTold("token sea");

        PublisherAbort.BY_THE_NETWORK.make(server, stream);
        generation.publish(SseEvent.of("token", "shore"));
        assertTold("token shore");

        generation.complete();
        assertTold("done {}");
        assertEndsWith("whole");
    }

    @Test
    void whatHelpsToAskForAgainIsAskedForAgain() throws Exception {
        refusals.add(409);
        SseGeneration generation = SseGeneration.start(hub, "g");
        generation.complete();
        readOverCuts("/later");
        assertTold("done {}");
        assertEndsWith("whole");
        assertThat(refusals).isEmpty();
    }

    @Test
    void whatDoesNotHelpToAskForAgainIsAnError() throws Exception {
        readOverCuts("/generations");
        assertEndsWith("status 404 (expected: 200)");
    }
}
