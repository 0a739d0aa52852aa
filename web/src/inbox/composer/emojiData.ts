/** What is offered: what is said to customers, and no more. */

import type { TextId } from "../../i18n/texts";

export const EMOJI: ReadonlyArray<{ text: TextId; sign: string; all: readonly string[] }> = [
  { text: "composer.emoji_faces", sign: "😀", all: "😀 😃 😄 😁 😅 😂 🙂 🙃 😉 😊 😇 🥰 😍 🤩 😘 😋 😜 🤔 🤗 🤭 🤫 😐 😏 😒 🙄 😬 😌 😔 😴 🤒 🤕 🥳 😎 🤓 😕 🙁 😮 😯 😲 😳 🥺 😢 😭 😱 😖 😞 😓 😩 😤 😠 👻 🤖".split(" ") },
  { text: "composer.emoji_hands", sign: "👍", all: "👍 👎 👌 ✌️ 🤞 🤝 👏 🙌 👐 🙏 💪 👋 🤚 🖐️ ✋ 👆 👇 👈 👉 ☝️ ✍️ 🤙 🙋 🙆 🙅 🤷 🤦 👀 💁 🏃".split(" ") },
  { text: "composer.emoji_hearts", sign: "❤️", all: "❤️ 🧡 💛 💚 💙 💜 🖤 🤍 💔 💕 💯 ✨ 🎉 🎊 🎁 🎂 🌟 ⭐ 🔥 💐 🌹 ☀️ 🌈 🍀 🥂 ☕ 🍰".split(" ") },
  { text: "composer.emoji_signs", sign: "✅", all: "✅ ☑️ ✔️ ❌ ❗ ❓ ⚠️ ⛔ 🚫 ℹ️ ➕ ➖ ➡️ ⬅️ ⬆️ ⬇️ 🔄 🆗 🆕 🔴 🟡 🟢 🔵 ⚪ ⚫ 1️⃣ 2️⃣ 3️⃣".split(" ") },
  { text: "composer.emoji_things", sign: "📦", all: "📦 🚚 ✈️ 🚗 🏠 🏢 🏪 🛒 🛍️ 💳 💰 🧾 📄 📎 📌 📅 ⏰ ⏳ 📞 📱 💻 🖨️ 📷 🔑 🔒 🔧 💡 📧 ✉️ 📍 🗺️ 🎧 👕 👟 💊".split(" ") },
];
