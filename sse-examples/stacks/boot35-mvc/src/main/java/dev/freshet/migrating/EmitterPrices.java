package dev.freshet.migrating;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Prices by Spring's {@link SseEmitter}, as the guide to migration begins; no service has it. */
@RestController
class EmitterPrices {
    record Tick(String symbol, double price) {}

    private final List<SseEmitter> emitters = new CopyOnWriteArrayList<>();

    @GetMapping("/prices")
    SseEmitter follow() {
        SseEmitter emitter = new SseEmitter(0L);
        emitter.onCompletion(() -> emitters.remove(emitter));
        emitter.onError(failure -> emitters.remove(emitter));
        emitters.add(emitter);
        return emitter;
    }

    void changed(Tick tick) {
        send(SseEmitter.event().name("tick").data(tick));
    }

    @Scheduled(fixedRate = 15_000)
    void heartbeat() {
        send(SseEmitter.event().comment(""));
    }

    private void send(SseEmitter.SseEventBuilder event) {
        for (SseEmitter each : emitters) {
            try {
                each.send(event); // waits for a slow client, and so do all behind it
            } catch (IOException | IllegalStateException e) {
                emitters.remove(each);
            }
        }
    }
}
