"""The same walk with Selenium 4 and chromedriver.

python selenium_audit.py URL BROWSER CHROMEDRIVER SWITCH…
"""

import sys

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait


def main(url: str, browser: str, chromedriver: str, *switches: str) -> None:
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for switch in ("--headless", *switches):
        options.add_argument(switch)
    driver = webdriver.Chrome(options, webdriver.ChromeService(chromedriver))
    wait = WebDriverWait(driver, 10, 0.02)

    def when_there(by: str, what: str):
        return wait.until(lambda page: page.find_element(by, what))

    driver.get(url)
    when_there(By.CSS_SELECTOR, "[data-testid=user-menu-button]").click()
    when_there(By.CSS_SELECTOR, "[data-testid=user-menu-settings]").click()
    when_there(By.CSS_SELECTOR, "[data-testid=data-privacy-controls] button").click()
    label = "//*[normalize-space()='Help improve our AI models']/@id"
    switch = when_there(By.XPATH, f"//*[@role='switch' and @aria-labelledby={label}]")
    print(switch.get_attribute("aria-checked"))
    driver.quit()


main(*sys.argv[1:])
