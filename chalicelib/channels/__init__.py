"""One module per channel: pure of AWS and of the network. See docs/ADDING_A_CHANNEL.md."""
