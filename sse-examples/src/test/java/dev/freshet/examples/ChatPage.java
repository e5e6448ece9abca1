package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.Chromium;
import dev.freshet.hub.SseHub;
import dev.freshet.netty.SseGeneration;
import dev.freshet.netty.SseServer;
import dev.freshet.store.MemoryStore;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openqa.selenium.By;

/** A chat whose answers wait in the middle, and a browser with its page. */
final class ChatPage implements AutoCloseable {

    static final String PROMPT = "Where does the river go?";
    static final String ANSWER = String.join("", Storyteller.answer(PROMPT));

    /** Of more than a hundred. */
    private static final int TOKENS_AT_FIRST = 10;

    private final Pen pen = new Pen();
    private final BadGateway gateway = new BadGateway();
    private final MemoryStore store = new MemoryStore();
    private final Chat chat = Chat.start(
            SseHub.builder().store(store),
            Duration.ofMillis(5),
            pen,
            SseServer.builder().host("127.0.0.1").port(0).requests(gateway::addTo));
    private final Chromium browser;

    private ChatPage(Chromium browser) {
        this.browser = browser;
    }

    static ChatPage open() throws IOException {
        ChatPage page = new ChatPage(Chromium.start());
        page.browser.open("http://127.0.0.1:" + page.server().address().getPort() + "/");
        return page;
    }

    /** Stops in the middle of an answer until it is told to go on. */
    static final class Pen extends ScheduledThreadPoolExecutor {
        private final Semaphore tokens = new Semaphore(TOKENS_AT_FIRST);

        Pen() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable token, long delay, TimeUnit unit) {
            return super.schedule(
                    () -> {
                        try {
                            tokens.acquire();
                        } catch (InterruptedException e) {
                            return; // the chat has ended
                        }
                        token.run();
                    },
                    delay,
                    unit);
        }

        void halt() {
            tokens.drainPermits();
            tokens.release(TOKENS_AT_FIRST);
        }

        void goOn() {
            tokens.release(Integer.MAX_VALUE / 2);
        }
    }

    Chromium browser() {
        return browser;
    }

    SseServer server() {
        return chat.server();
    }

    Pen pen() {
        return pen;
    }

    BadGateway gateway() {
        return gateway;
    }

    void ask() {
        browser.driver().findElement(By.id("question")).sendKeys(PROMPT);
        browser.driver().findElement(By.id("send")).click();
    }

    /** As another node does once the lease of an answer has run out. */
    void fail(String id) {
        try (SseHub other = SseHub.builder().store(store).build()) {
            assertThat(other.complete("answers/" + id, SseGeneration.FAILED)).isCompleted();
        }
    }

    String idInUrl() {
        return browser.driver().getCurrentUrl().replaceAll(".*#", "");
    }

    /** The classes of a turn. */
    String turn(String id) {
        return String.valueOf(browser.driver().findElement(By.id("turn-" + id)).getAttribute("class"));
    }

    /** The text of a part of the last turn. */
    String last(String part) {
        return (String) browser.driver()
                .executeScript(
                        "return document.querySelector('.turn:last-child .' + arguments[0])?.innerText ?? ''", part);
    }

    boolean isBegun() {
        return last("answer").startsWith(ANSWER.substring(0, 20))
                && !last("answer").equals(ANSWER);
    }

    void untilWhole() {
        browser.until(() -> browser.text("state").equals("done"));
        assertThat(last("answer")).isEqualTo(ANSWER);
    }

    @Override
    public void close() throws IOException {
        browser.close();
        chat.close();
    }
}
