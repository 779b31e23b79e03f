"""What to do where a store cannot be read, by what its database's driver says."""

from __future__ import annotations

import re

from support.cli.outcome import said

_KNOWN = (
    (
        r"\b1045\b|\b1130\b",
        "the database refuses this user or password; MySQL takes a user with its place, so that 'anxin'@'localhost' is "
        "another than the one named here: --grants with this same url prints the right one",
        "数据库拒绝了这个用户名或密码；MySQL 的用户连同来源才算一个，'anxin'@'localhost' 与上面的可能不是同一个："
        "用同一个地址加 --grants 会列出对的那个",
    ),
    (
        r"password authentication failed|no password supplied",
        "the database refuses this user or password: try them with its own client, or make a user with --grants",
        "数据库拒绝了这个用户名或密码：请先用数据库自己的客户端试一下，或用 --grants 建一个只读用户",
    ),
    (
        r"\b1044\b|\b1049\b|database .* does not exist|permission denied for database",
        "there is no database of that name, or this user may not open it: look at the end of the url",
        "没有这个名字的数据库，或这个用户无权打开：请核对地址末尾的库名",
    ),
    (
        r"\b1142\b|\b1143\b|lacks .*, or the user may not read it|permission denied for",
        "is it this kind of store, with this table_prefix? --grants prints what its user has to be allowed",
        "是这种店铺系统吗，table_prefix 对吗？--grants 会列出用户需要的权限",
    ),
    (
        r"\b2003\b|\b2005\b|[Cc]onnection refused|could not translate|failed to resolve|Name or service not known|"
        r"timeout expired|timed out|cannot be reached|does not answer|Is the server running",
        "nobody answers there: is the store running, are host and port right, may this machine reach it?",
        "那里没有应答：店铺的数据库在运行吗，主机和端口对吗，本机能连到吗？",
    ),
    (
        r"unable to open database file",
        "there is no such SQLite file: sqlite:///name lies in the shop folder, sqlite:////path anywhere",
        "没有这个 SQLite 文件：sqlite:///文件名 在店铺文件夹里，sqlite:////绝对路径 可在任何地方",
    ),
    (
        r"the environment variable \S+ is not set",
        "set it, or write NAME=… into .env where the command and the server start",
        "请设置它，或在启动命令和服务的目录的 .env 里写 NAME=…",
    ),
    (
        r"no database url|is written %40",
        "write it as mysql://USER:PASSWORD@HOST:3306/DATABASE; in a password @ is %40, : is %3A and / is %2F",
        "请写成 mysql://用户:密码@主机:3306/库名；密码里的 @ 写成 %40，: 写成 %3A，/ 写成 %2F",
    ),
)


def trouble(reason: str, where: str = "") -> str:
    """Two lines: where and what happened, in the words of whoever said it, and what can be done about it."""
    where = where or said("the store", "店铺的订单系统")
    head = said(f"{where} cannot be read: {reason}", f"读不到 {where}：{reason}")
    remedy = next((said(en, zh) for pattern, en, zh in _KNOWN if re.search(pattern, reason)), "")
    return f"{head}\n  {remedy}" if remedy else head
