package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.RawSseClient;
import dev.freshet.fixtures.ReferenceParser.Event;
import dev.freshet.harness.Chromium;
import dev.freshet.netty.SseServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.logging.LogType;

/** The page of the rooms in a real Chromium. */
@Tag("browser")
class RoomsPageTest {

    private Rooms rooms;
    private Caller caller;
    private Chromium browser;

    @BeforeEach
    void open() throws Exception {
        browser = Chromium.start();
        rooms = Rooms.start(SseServer.builder().host("127.0.0.1").port(0));
        caller = new Caller(rooms.server());
        browser.open("http://127.0.0.1:" + rooms.server().address().getPort() + "/");
    }

    @AfterEach
    void close() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (rooms != null) {
            rooms.close();
        }
    }

    private void enterAs(String name) {
        browser.driver().findElement(By.id("name")).clear();
        browser.driver().findElement(By.id("name")).sendKeys(name);
        browser.driver().findElement(By.cssSelector("#enter button")).click();
    }

    @Test
    void aMemberSeesWhoIsThereAndSpeaksToAll() throws Exception {
        try (RawSseClient bob = caller.follow("/api/rooms/lobby?name=bob")) {
            bob.readEvents(2); // the members, and that it has joined
            enterAs("ann");
            browser.until(() -> browser.text("members").matches("(?s)ann.*bob.*"));
            assertThat(bob.readEvent().type()).isEqualTo("joined");

            browser.driver().findElement(By.id("message")).sendKeys("Hello");
            browser.driver().findElement(By.cssSelector("#say button")).click();

            Event message = bob.readEvent();
            assertThat(message.data()).isEqualTo("{\"from\":\"ann\",\"text\":\"Hello\"}");
            browser.until(() -> browser.text("messages").startsWith("ann: Hello"));
            bob.close();
            browser.until(() -> browser.text("messages").startsWith("bob has left"));
            assertThat(browser.text("members")).doesNotContain("bob");
        }
        assertThat(browser.driver().manage().logs().get(LogType.BROWSER).getAll())
                .isEmpty();
    }

    @Test
    void whoIsKickedIsToldAndCannotEnterAgain() {
        enterAs("ann");
        browser.until(() -> browser.text("state").equals("ann in lobby")
                && browser.text("members").contains("ann"));

        browser.driver().findElement(By.cssSelector("#members button")).click();

        browser.until(() -> browser.text("state").equals("kicked"));
        enterAs("ann");
        browser.until(() -> browser.text("state").equals("the stream was refused"));
        enterAs("ben");
        browser.until(() -> browser.text("state").equals("ben in lobby"));
    }
}
