"""What metrics are called in reports that are sent: a row for each, in the order of `LANGUAGES`."""

from collections.abc import Mapping

from chalicelib.domain.report_schedule import Language

LANGUAGES = (
    Language.ENGLISH,
    Language.CHINESE_TRADITIONAL,
    Language.CHINESE_SIMPLIFIED,
    Language.RUSSIAN,
)

NAMES: Mapping[str, tuple[str, str, str, str]] = {
    "arrivals": ("Arrivals", "新進案件", "新进会话", "Поступления"),
    "messages_in": ("Messages received", "收到的訊息", "收到的消息", "Полученные сообщения"),
    "messages_out": ("Messages sent by people", "人員發出的訊息", "人工发送的消息", "Сообщения сотрудников"),
    "handovers": ("Hand-overs", "轉交", "转交", "Передачи"),
    "first_response": ("First response", "首次回覆", "首次回复", "Первый ответ"),
    "first_response_any": (
        "First response, bots too",
        "首次回覆（含機器人）",
        "首次回复（含机器人）",
        "Первый ответ, включая ботов",
    ),
    "first_response_without_bot": (
        "First response after the bot",
        "機器人之後的首次回覆",
        "机器人之后的首次回复",
        "Первый ответ после бота",
    ),
    "next_response": ("Next response", "後續回覆", "后续回复", "Следующий ответ"),
    "response": ("Response", "回覆", "回复", "Ответ"),
    "queue_time": ("Time in queue", "排隊時間", "排队时间", "Время в очереди"),
    "handling": ("Handling time", "處理時間", "处理时间", "Время обработки"),
    "resolution": ("Resolution time", "解決時間", "解决时间", "Время решения"),
    "resolution_without_bot": (
        "Resolution time without bot",
        "解決時間（不含機器人）",
        "解决时间（不含机器人）",
        "Время решения без бота",
    ),
    "wait_bot": ("Waiting: bot", "等待：機器人", "等待：机器人", "Ожидание: бот"),
    "wait_queue": ("Waiting: queue", "等待：佇列", "等待：队列", "Ожидание: очередь"),
    "wait_offered": ("Waiting: offered", "等待：已提供", "等待：已分派待接", "Ожидание: предложено"),
    "wait_pick_up": ("Waiting: pick-up", "等待：接手", "等待：接手", "Ожидание: принятие"),
    "wait_agent": ("Waiting: agent", "等待：客服人員", "等待：客服", "Ожидание: оператор"),
    "wait_colleague": ("Waiting: colleague", "等待：同事", "等待：同事", "Ожидание: коллега"),
    "wait_snoozed": ("Waiting: snoozed", "等待：暫緩", "等待：暂缓", "Ожидание: отложено"),
    "wait_closed": ("Waiting: closed hours", "等待：非營業時間", "等待：非营业时间", "Ожидание: нерабочее время"),
    "held_bot": ("Held by: bot", "持有：機器人", "持有：机器人", "У бота"),
    "held_queue": ("Held by: queue", "持有：佇列", "持有：队列", "В очереди"),
    "held_offered": ("Held by: offered", "持有：已提供", "持有：已分派待接", "Предложено"),
    "held_agent": ("Held by: agent", "持有：客服人員", "持有：客服", "У оператора"),
    "held_colleague": ("Held by: colleague", "持有：同事", "持有：同事", "У коллеги"),
    "held_customer": ("Held by: customer", "持有：客戶", "持有：客户", "У клиента"),
    "held_snoozed": ("Held by: snoozed", "持有：暫緩", "持有：暂缓", "Отложено"),
    "held_closed": ("Held by: closed hours", "持有：非營業時間", "持有：非营业时间", "Нерабочее время"),
    "answered": ("Answered", "已回覆", "已回复", "Отвечено"),
    "abandoned": ("Abandoned", "已放棄", "已放弃", "Брошено"),
    "one_touch": ("One-touch", "一次解決", "一次回复解决", "Решено одним ответом"),
    "reopened": ("Reopened", "重新開啟", "重新打开", "Открыто повторно"),
    "first_contact": ("First-contact resolution", "首次聯絡解決", "首次联系解决", "Решено при первом обращении"),
    "sla_first_response": ("SLA kept: first response", "SLA：首次回覆", "SLA：首次回复", "SLA: первый ответ"),
    "sla_next_response": ("SLA kept: next response", "SLA：後續回覆", "SLA：后续回复", "SLA: следующий ответ"),
    "sla_resolution": ("SLA kept: resolution", "SLA：解決", "SLA：解决", "SLA: решение"),
    "promise": ("Promises kept", "履行的承諾", "履行的承诺", "Выполненные обещания"),
    "delivered": ("Delivered", "已送達", "已送达", "Доставлено"),
    "ended_unanswered": ("Ended unanswered", "未回覆即結束", "未回复即结束", "Завершено без ответа"),
    "ended_came_back": ("Ended, customer came back", "結束後客戶再來", "结束后客户再来", "Клиент вернулся"),
    "ended_one_touch": ("Ended with one answer", "一次回覆即結束", "一次回复即结束", "Решено одним ответом"),
    "ended_resolved": ("Ended with several answers", "多次回覆後結束", "多次回复后结束", "Решено за несколько ответов"),
    "cost_provider": ("Cost: providers", "成本：供應商", "成本：供应商", "Расходы: провайдеры"),
    "cost_aws": ("Cost: AWS", "成本：AWS", "成本：AWS", "Расходы: AWS"),
}  # fmt: skip


def metric_name(metric: str, language: Language) -> str:
    """As people say it; one without a name in our words is said by its own."""
    names = NAMES.get(metric)
    return names[LANGUAGES.index(language)] if names else metric.replace("_", " ").capitalize()
